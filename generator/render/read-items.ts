import { COLUMNS } from './job-table.ts';

/** A job, folder or view as Job DSL makes it. */
export interface Item {
  name: string;
  kind: string;
  /** Its block, with the values of its row in it where it is a template's. */
  text: string;
}

const KINDS: Readonly<Record<string, string>> = {
  folder: 'folder',
  multibranchPipelineJob: 'multibranch',
  pipelineJob: 'pipeline job',
  listView: 'view',
};
const CONSTANT = /'(?:[^'\\]|\\.)*'/g;
const BLOCK = new RegExp(`^(${Object.keys(KINDS).join('|')})\\((${CONSTANT.source})\\) \\{$`);
const LOOP = /^\]\.each \{ (.*) ->$/;
const COLUMN = new RegExp(`^( *[A-Za-z]+\\()(${Object.keys(COLUMNS).join('|')})(\\)(?: \\{)?)$`);

/**
 * Reads what our own templates wrote: items stand at the left margin, the rows of a template between `[` and
 * `].each {`, and a string constant never spans lines. No Groovy parser is needed.
 * @param into items by kind and name
 */
export function readItems(text: string, into: Map<string, Item>): void {
  let rows: string[] = [];
  let columns: string[] = [];
  let open: string[] = [];
  for (const line of text.split('\n')) {
    const loop = LOOP.exec(line);
    if (loop) columns = loop[1]!.split(', ');
    else if (line === '[') [rows, open] = [[], []];
    else if (line === '}' && columns.length > 0) {
      for (const row of rows) readRow(row, columns, open, into);
      [rows, columns, open] = [[], [], []];
    } else if (line === '}') {
      addItem([...open, line], into);
      open = [];
    } else if (columns.length > 0) open.push(line.slice(4));
    else if (BLOCK.test(line)) open = [line];
    else if (line.startsWith('    ')) (open.length > 0 ? open : rows).push(line);
  }
}

function readRow(
  row: string,
  columns: readonly string[],
  body: readonly string[],
  into: Map<string, Item>,
): void {
  const values = row.match(CONSTANT) ?? [];
  const lines = body.map((line) =>
    line.replace(COLUMN, (whole, before: string, column: string, after: string) => {
      const value = values[columns.indexOf(column)];
      return value === undefined ? whole : before + value + after;
    }),
  );
  addItem(lines, into);
}

function addItem(lines: readonly string[], into: Map<string, Item>): void {
  const match = BLOCK.exec(lines[0] ?? '');
  if (!match) return;
  const item = {
    kind: KINDS[match[1]!]!,
    name: unescapeGroovy(match[2]!.slice(1, -1)),
    text: lines.join('\n'),
  };
  into.set(`${item.kind} ${item.name}`, item);
}

function unescapeGroovy(text: string): string {
  return text.replace(/\\(u[0-9a-f]{4}|[0-7]{3}|.)/g, (_, escape: string) => {
    if (escape.length === 5) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (escape.length === 3) return String.fromCharCode(parseInt(escape, 8));
    return { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }[escape] ?? escape;
  });
}
