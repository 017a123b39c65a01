import { createHash } from 'node:crypto';
import type { ComponentId } from '../../model/component.ts';
import { fitName } from '../../model/fit-name.ts';
import type { Engine } from '../../ports/engine.ts';
import { COMPONENT, NAMESPACE, RECORD, ownLabels } from './stack-names.ts';
import type { SwarmFile } from './swarm-objects.ts';

/** What a deploy says of itself when it has ended. */
export interface StackRecord {
  version: 1;
  /** The component's. */
  hash: string;
  /** The commit; null where the tree was dirty. */
  revision: string | null;
  /** ISO 8601. */
  deployed: string;
  /** Each record's is one higher than the one before. */
  generation: number;
  services: Readonly<Record<string, ServiceRecord>>;
}

export interface ServiceRecord {
  hash: string;
  image: string;
  /** SHA-256 of its specification as the Swarm had it after the deploy: another one is a change by hand. */
  spec: string;
}

/** The records of one stack in a Swarm. */
export interface FoundRecords {
  /** The newest that can be read. */
  record?: StackRecord;
  pending: boolean;
  /** Ids of the configs, the newest record's included. */
  deployed: readonly string[];
}

const CLASH = 409;

/** Of every stack whose records are among these configs. */
export function readRecords(configs: readonly SwarmFile[]): Map<ComponentId, FoundRecords> {
  const found = new Map<ComponentId, FoundRecords>();
  for (const { ID, Spec } of configs) {
    const [id, kind] = [Spec.Labels?.[COMPONENT] as ComponentId | undefined, Spec.Labels?.[RECORD]];
    if (id === undefined || kind === undefined) continue;
    const before = found.get(id) ?? { pending: false, deployed: [] };
    if (kind === 'pending') found.set(id, { ...before, pending: true });
    else {
      const record = newer(before.record, parseRecord(Spec.Data));
      found.set(id, { ...before, ...(record ? { record } : {}), deployed: [...before.deployed, ID] });
    }
  }
  return found;
}

export interface RecordPlace {
  engine: Pick<Engine, 'post' | 'remove'>;
  project: string;
  stack: string;
  namespace: string;
}

/** Says that a deploy has begun; it stays until one has ended well. */
export async function markPending(place: RecordPlace, hash: string): Promise<void> {
  await makeConfig(place, pendingName(place), 'pending', { version: 1, hash });
}

/** For what was begun and has changed nothing that a deploy would have to end. */
export async function dropPending(place: RecordPlace): Promise<void> {
  await place.engine.remove(`/configs/${encodeURIComponent(pendingName(place))}`);
}

/** Writes the record, then takes the mark and the former records away: a kill in between leaves the mark. */
export async function writeRecord(
  place: RecordPlace,
  record: StackRecord,
  former: readonly string[],
): Promise<void> {
  await makeConfig(place, fitName(recordBase(place), String(record.generation)), 'deployed', record);
  await dropPending(place);
  for (const id of former) await place.engine.remove(`/configs/${id}`);
}

async function makeConfig(place: RecordPlace, name: string, kind: string, data: object): Promise<void> {
  const labels = { ...ownLabels(place.project, place.stack), [NAMESPACE]: place.namespace, [RECORD]: kind };
  const content = Buffer.from(JSON.stringify(data)).toString('base64');
  const body = { Name: name, Labels: labels, Data: content };
  // An earlier deploy's mark serves as well.
  await place.engine.post('/configs/create', body, kind === 'pending' ? [CLASH] : []);
}

/** With a digest: the names of two projects may run together, and a mark of one's is none of the other's. */
function recordBase({ project, stack }: RecordPlace): string {
  const digest = createHash('sha256').update(`${project}/${stack}`).digest('hex').slice(0, 8);
  return fitName(`millrace-${project}-${stack}`, digest);
}

function pendingName(place: RecordPlace): string {
  return fitName(recordBase(place), 'pending');
}

function newer(a: StackRecord | undefined, b: StackRecord | undefined): StackRecord | undefined {
  return a && (!b || a.generation >= b.generation) ? a : b;
}

/** A record of another version, or by another hand, counts as none: then all is deployed anew. */
function parseRecord(data: string | undefined): StackRecord | undefined {
  try {
    const read = JSON.parse(Buffer.from(data ?? '', 'base64').toString('utf8')) as StackRecord;
    return (read.version as number) === 1 && typeof read.hash === 'string' ? read : undefined;
  } catch {
    return undefined;
  }
}
