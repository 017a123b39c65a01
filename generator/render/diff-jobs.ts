import { structuredPatch } from 'diff';

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

const KINDS: Readonly<Record<string, string>> = {
  folder: 'folder',
  multibranchPipelineJob: 'multibranch',
  pipelineJob: 'pipeline job',
  listView: 'view',
};
const BLOCK = /^(folder|multibranchPipelineJob|pipelineJob|listView)\('((?:[^'\\]|\\.)*)'\) \{$/;

/**
 * Reads changed files as jobs and pipelines. Job DSL is compared item by item, wherever an item stands: what
 * moves from one file to another is no change.
 */
export function diffJobs(changes: readonly TextChange[]): JobDiff {
  const before = new Map<string, Item>();
  const after = new Map<string, Item>();
  const pipelines: ItemChange[] = [];
  const files: JobDiff['files'] = [];
  for (const change of changes) {
    const action = change.before === undefined ? 'add' : change.after === undefined ? 'delete' : 'change';
    if (/^jenkins\/jobs(\/.*)?\.groovy$/.test(change.path)) {
      readItems(change.before ?? '', before);
      readItems(change.after ?? '', after);
    } else if (/(^|[/.])Jenkinsfile$/.test(change.path)) {
      pipelines.push({
        name: change.path,
        kind: 'pipeline',
        action,
        diff: action === 'change' ? diffLines(change.before!, change.after!) : [],
      });
    } else files.push({ path: change.path, action });
  }
  return { jobs: compareItems(before, after), pipelines, files };
}

interface Item {
  name: string;
  kind: string;
  text: string;
}

/** Items stand at the left margin, and a string constant never spans lines: no Groovy parser is needed. */
function readItems(text: string, into: Map<string, Item>): void {
  let open: { item: Item; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const match = BLOCK.exec(line);
    if (match)
      open = { item: { kind: KINDS[match[1]!]!, name: unescapeGroovy(match[2]!), text: '' }, lines: [] };
    open?.lines.push(line);
    if (line === '}' && open) {
      open.item.text = open.lines.join('\n');
      into.set(`${open.item.kind} ${open.item.name}`, open.item);
      open = undefined;
    }
  }
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
  return changes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function diffLines(before: string, after: string): string[] {
  const patch = structuredPatch('', '', before, after, '', '', { context: 1 });
  return patch.hunks.flatMap((hunk, index) => [
    ...(index > 0 ? [' …'] : []),
    ...hunk.lines.filter((line) => !line.startsWith('\\')),
  ]);
}

function unescapeGroovy(text: string): string {
  return text.replace(/\\(u[0-9a-f]{4}|[0-7]{3}|.)/g, (_, escape: string) => {
    if (escape.length === 5) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (escape.length === 3) return String.fromCharCode(parseInt(escape, 8));
    return { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }[escape] ?? escape;
  });
}
