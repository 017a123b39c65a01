import { jsonString } from './literals/json-literal.ts';

/** Name of a job -> its values as lines for a reader: `    NAME=value`, those that are not for all steps with a word. */
export type JobValues = Map<string, string[]>;

/**
 * Reads a table of values, by job. One that is no JSON, as after an edit by hand, holds nothing.
 * @param path `resources/jobs/ENTRY.json`, or `resources/jobs/ENTRY/WORD.json`
 */
export function readValues(path: string, text: string, into: JobValues): void {
  const word = path.slice('resources/jobs/'.length, -'.json'.length).split('/')[1];
  for (const [job, row] of Object.entries(parseTable(text))) {
    if (!Array.isArray(row)) continue;
    const lines = into.get(job) ?? [];
    for (const value of row)
      lines.push(`    ${word === undefined ? '' : `${word}: `}${jsonString(String(value)).slice(1, -1)}`);
    into.set(job, lines);
  }
}

function parseTable(text: string): object {
  try {
    const table: unknown = JSON.parse(text);
    return typeof table === 'object' && table !== null ? table : {};
  } catch {
    return {};
  }
}
