import { LOCK_FILE } from '../model/lock-file.ts';
import type { Lock } from '../model/lock.ts';
import type { LockUpdate } from '../model/lock-changes.ts';
import type { Output } from '../report/output.ts';
import type { LockPlace } from './lock-place.ts';

export interface LockReport {
  place: LockPlace;
  update: LockUpdate;
  /** Component id -> its epoch now. */
  bumped: ReadonlyMap<string, number>;
  /** ISO 8601, by name. */
  dates: ReadonlyMap<string, { before?: string; after?: string }>;
  /** Whether the place was written. */
  isWritten: boolean;
}

/** What changed, line by line, and one line in the end; or the whole lock as JSON. */
export function reportLock(report: LockReport, output: Output): void {
  const { update, bumped, dates, place, isWritten } = report;
  const { lock, moved, added, removed } = update;
  if (output.json) {
    const { images, amis, epochs } = lock;
    const listed = moved.map((move) => ({ ...move, ...nameDates(dates.get(move.name)) }));
    output.print(JSON.stringify({ version: 1, images, amis, epochs, moved: listed }, null, 2));
    return;
  }
  for (const name of added) output.print(`pinned   ${name}  ${shortenId(pinOf(lock, name))}`);
  for (const { name, before, after } of moved) {
    const date = dates.get(name);
    output.print(`moved    ${name}  ${withDate(before, date?.before)} -> ${withDate(after, date?.after)}`);
  }
  for (const name of removed) output.print(`removed  ${name}`);
  for (const [id, epoch] of bumped) output.print(`bumped   ${id}  ${epoch - 1} -> ${epoch}`);
  const pins = Object.keys(lock.images).length + Object.keys(lock.amis).length;
  const count = pins === 1 ? '1 pin' : `${pins} pins`;
  output.print(`${place.shown} is ${isWritten ? 'written' : 'up to date'}: ${count}.`);
  if (bumped.size > 0 && place.kind !== 'committed')
    output.print(`${LOCK_FILE} is written: epochs are for everybody.`);
}

function nameDates(date: { before?: string; after?: string } | undefined): Record<string, string> {
  return {
    ...(date?.before === undefined ? {} : { createdBefore: date.before }),
    ...(date?.after === undefined ? {} : { createdAfter: date.after }),
  };
}

function withDate(id: string, date: string | undefined): string {
  return date === undefined ? shortenId(id) : `${shortenId(id)} (${date.slice(0, 10)})`;
}

/** Twelve digits tell digests apart for a person; the file has all of them. */
function shortenId(id: string): string {
  return id.startsWith('sha256:') ? id.slice(0, 'sha256:'.length + 12) : id;
}

function pinOf({ images, amis }: Lock, name: string): string {
  return images[name] ?? Object.values(amis[name.slice('ami:'.length)] ?? {})[0] ?? '';
}
