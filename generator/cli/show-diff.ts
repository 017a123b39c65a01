import { showControls } from '../model/problem.ts';
import { diffJobs } from '../render/diff-jobs.ts';
import type { ItemChange, JobDiff, TextChange } from '../render/diff-jobs.ts';
import type { Output } from '../report/output.ts';

const SIGNS = { add: '+', change: '~', delete: '-' } as const;

/** Prints what changes as jobs and pipelines: the plan of job changes, before Jenkins hears of it. @param folder as diffJobs has it */
export function showDiff(changes: readonly TextChange[], folder: string, output: Output): void {
  const diff = diffJobs(changes, folder);
  if (output.json) {
    output.print(
      JSON.stringify(
        { version: 1, ...diff, summary: { jobs: count(diff.jobs), pipelines: count(diff.pipelines) } },
        null,
        2,
      ),
    );
    return;
  }
  printSection('Jobs', diff.jobs, output);
  printSection('Pipelines', diff.pipelines, output);
  printFiles(diff.files, output);
  output.print(summarise(diff));
}

function printSection(title: string, items: readonly ItemChange[], output: Output): void {
  if (items.length === 0) return;
  output.print(output.colors.bold(title));
  for (const { name, kind, action, diff } of items) {
    const note = action === 'delete' && kind === 'pipeline job' ? ', its builds with it' : '';
    const line = `  ${SIGNS[action]} ${showControls(name)}  (${kind}${action === 'change' ? '' : action === 'add' ? ', new' : `, deleted${note}`})`;
    output.print(paint(action, line, output));
    for (const one of diff) {
      const sign = one[0] === '+' ? 'add' : one[0] === '-' ? 'delete' : 'change';
      output.print(
        sign === 'change' ? output.colors.dim(`      ${one}`) : paint(sign, `      ${one}`, output),
      );
    }
  }
  output.print('');
}

function printFiles(files: JobDiff['files'], output: Output): void {
  if (files.length === 0) return;
  output.print(output.colors.bold('Other files'));
  for (const { path, action } of files) output.print(paint(action, `  ${SIGNS[action]} ${path}`, output));
  output.print('');
}

function paint(action: ItemChange['action'], text: string, { colors }: Output): string {
  return action === 'add' ? colors.green(text) : action === 'delete' ? colors.red(text) : colors.yellow(text);
}

function count(items: readonly ItemChange[]): Record<ItemChange['action'], number> {
  const of = (action: ItemChange['action']): number => items.filter((item) => item.action === action).length;
  return { add: of('add'), change: of('change'), delete: of('delete') };
}

function summarise({ jobs, pipelines, files }: JobDiff): string {
  if (jobs.length + pipelines.length + files.length === 0) return 'Nothing changes.';
  const words = (items: readonly ItemChange[]): string => {
    const { add, change, delete: gone } = count(items);
    return `${add} new, ${change} changed, ${gone} deleted`;
  };
  return `Jobs: ${words(jobs)}. Pipelines: ${words(pipelines)}. \`millrace generate\` writes this; the seed job then carries it out.`;
}
