import { structuredPatch } from 'diff';
import { readItems } from './read-items.ts';
import type { Item } from './read-items.ts';
import { readValues } from './read-values.ts';
import type { JobValues } from './read-values.ts';

/** A file before and after; either may be missing. */
export interface TextChange {
  path: string;
  before?: string;
  after?: string;
}

export interface ItemChange {
  /** Full name of the job, folder or view, or the path of a pipeline. */
  name: string;
  /** `pipeline job`, `multibranch`, `folder`, `view`, `pipeline`. */
  kind: string;
  action: 'add' | 'change' | 'delete';
  /** Lines with `+`, `-` or a space before them; only for a change. */
  diff: string[];
}

export interface JobDiff {
  /** What the seed job will make, change and delete in Jenkins. */
  jobs: ItemChange[];
  /** What the pipelines of the jobs will do differently. */
  pipelines: ItemChange[];
  /** Further files: the library, its help, the schema. */
  files: { path: string; action: ItemChange['action'] }[];
}

/**
 * Reads changed files as jobs and pipelines. Job DSL is compared item by item, and values job by job, wherever they
 * stand: what moves from one file to another is no change.
 * @param folder full name of the folder that the project's own jobs are in
 */
export function diffJobs(changes: readonly TextChange[], folder: string): JobDiff {
  const [before, after] = [new Map<string, Item>(), new Map<string, Item>()];
  const values: { before: JobValues; after: JobValues } = { before: new Map(), after: new Map() };
  const pipelines: ItemChange[] = [];
  const files: JobDiff['files'] = [];
  for (const change of changes) {
    const action = change.before === undefined ? 'add' : change.after === undefined ? 'delete' : 'change';
    if (/^jenkins\/jobs(\/.*)?\.groovy$/.test(change.path)) {
      readItems(change.before ?? '', before);
      readItems(change.after ?? '', after);
    } else if (/^resources\/jobs\/.*\.json$/.test(change.path)) {
      readValues(change.path, change.before ?? '', values.before);
      readValues(change.path, change.after ?? '', values.after);
    } else if (/(^|[/.])Jenkinsfile$/.test(change.path)) {
      pipelines.push({
        name: change.path,
        kind: 'pipeline',
        action,
        diff: action === 'change' ? diffLines(change.before!, change.after!) : [],
      });
    } else files.push({ path: change.path, action });
  }
  const jobs = addValues(compareItems(before, after), values.before, values.after, folder);
  return { jobs: jobs.sort((a, b) => (a.name < b.name ? -1 : 1)), pipelines, files };
}

function compareItems(before: ReadonlyMap<string, Item>, after: ReadonlyMap<string, Item>): ItemChange[] {
  const changes: ItemChange[] = [];
  for (const [key, { name, kind, text }] of after) {
    const old = before.get(key);
    if (!old) changes.push({ name, kind, action: 'add', diff: [] });
    else if (old.text !== text)
      changes.push({ name, kind, action: 'change', diff: diffLines(old.text, text) });
  }
  for (const [key, { name, kind }] of before) {
    if (!after.has(key)) changes.push({ name, kind, action: 'delete', diff: [] });
  }
  return changes;
}

/** What a job's steps are given is a part of it, though it stands elsewhere. */
function addValues(changes: ItemChange[], before: JobValues, after: JobValues, folder: string): ItemChange[] {
  const known = new Map(changes.map((change) => [change.name, change]));
  for (const job of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before, after].map((values) =>
      (values.get(job) ?? []).map((line) => `${line}\n`).join(''),
    );
    const name = `${folder}/${job}`;
    const change = known.get(name);
    if (old === now || (change && change.action !== 'change')) continue;
    const diff = diffLines(old!, now!);
    if (change) change.diff.push(...diff);
    else changes.push({ name, kind: 'pipeline job', action: 'change', diff });
  }
  return changes;
}

function diffLines(before: string, after: string): string[] {
  const patch = structuredPatch('', '', before, after, '', '', { context: 1 });
  return patch.hunks.flatMap((hunk, index) => [
    ...(index > 0 ? [' …'] : []),
    ...hunk.lines.filter((line) => !line.startsWith('\\')),
  ]);
}
