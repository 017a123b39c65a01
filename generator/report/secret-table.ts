import { cleanLine } from './clean-line.ts';
import { displayWidth } from './display-width.ts';
import { formatAge } from './format-age.ts';
import type { Output } from './output.ts';

/** A secret as `secret list --json` prints it; never its value. */
export interface ShownSecret {
  name: string;
  /** As stack files name it. */
  external: string;
  purpose: string;
  madeBy: 'millrace' | 'you';
  /** `not made yet`: the next deploy of its stack makes it; `waits for apply`: services have an older version. */
  state: 'there' | 'missing' | 'not made yet' | 'waits for apply' | 'no Swarm' | 'unused';
  /** The infrastructure whose Swarm is meant; null: the engine at hand, or none. */
  on: string | null;
  version: number | null;
  /** Seconds. */
  age: number | null;
  /** Of the commit. */
  services: readonly string[];
}

export function renderSecretTable(
  project: string,
  secrets: readonly ShownSecret[],
  { colors }: Pick<Output, 'colors'>,
): string {
  if (secrets.length === 0) return `${project}: no stack needs a secret`;
  const rows = secrets.map(({ name, state, version, age, services, purpose }) => [
    cleanLine(name),
    state,
    version === null ? '' : `version ${version}`,
    age === null ? '' : `${formatAge(age)} old`,
    cleanLine(purpose),
    services.length === 0 ? 'used by no service' : cleanLine(services.join(', ')),
  ]);
  const widths = rows[0]!.map((_cell, column) => Math.max(...rows.map((row) => displayWidth(row[column]!))));
  const lines = rows.map((row, index) => {
    const cells = row.map((cell, column) => cell + ' '.repeat(widths[column]! - displayWidth(cell)));
    const line = cells.join('  ').trimEnd();
    const { state } = secrets[index]!;
    return state === 'missing' ? colors.red(line) : state === 'waits for apply' ? colors.yellow(line) : line;
  });
  return [...lines, ...secrets.flatMap(hintOf)].join('\n');
}

function hintOf({ name, state }: ShownSecret): string[] {
  return state === 'missing' ? [`${name} is missing; set it: millrace secret set ${name} < FILE`] : [];
}
