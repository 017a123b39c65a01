import { readPackageSources } from '../adapters/package-sources.ts';
import { applyFileChanges, planFileChanges } from '../adapters/generated-files.ts';
import type { FileChange } from '../adapters/generated-files.ts';
import { UserError } from '../model/user-error.ts';
import { jobFolder } from '../render/job-items.ts';
import { renderProject } from '../render/render-project.ts';
import type { Command, Invocation } from './command.ts';
import { openProject } from './open-project.ts';

export const command: Command = {
  declare(parser) {
    parser
      .option('--check', 'write nothing; exit 1 and name what is stale')
      .option('--diff', 'write nothing; show what changes as jobs and pipelines')
      .option('--force', 'overwrite files that were not written by millrace')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace generate\n  $ millrace generate --diff    # the plan of job changes, deletions included',
      );
  },
  async run(invocation) {
    const { options, root, output } = invocation;
    const { project, jobs } = openProject(invocation);
    const files = renderProject(project, jobs, readPackageSources());
    const changes = planFileChanges(root, files);
    if (options['diff'] === true) {
      const { showDiff } = await import('./show-diff.ts');
      showDiff(changes, jobFolder(project), output);
      return options['check'] === true && changes.length > 0 ? 1 : 0;
    }
    if (options['check'] === true) return reportStale(changes, output);
    refuseForeign(changes, options['force'] === true);
    applyFileChanges(root, files, changes);
    // The list of what was written is written too.
    reportWritten(changes, files.size + 1, output);
    return 0;
  },
};

const WORDS = { add: 'new', change: 'changed', delete: 'deleted' } as const;

function reportStale(changes: readonly FileChange[], output: Invocation['output']): number {
  const stale = changes.map(({ path, action }) => ({ path, action }));
  if (output.json) output.print(JSON.stringify({ version: 1, stale }, null, 2));
  else if (stale.length === 0) output.print('All generated files are up to date.');
  else {
    for (const { path, action } of stale) output.print(`${WORDS[action].padEnd(8)}${path}`);
    output.warn(
      `${stale.length} generated ${stale.length === 1 ? 'file is' : 'files are'} stale; run \`millrace generate\` and commit the result`,
    );
  }
  return stale.length === 0 ? 0 : 1;
}

/** A Jenkinsfile that somebody wrote by hand is not ours to replace. */
function refuseForeign(changes: readonly FileChange[], force: boolean): void {
  const foreign = changes.filter((change) => change.foreign);
  if (foreign.length === 0 || force) return;
  throw new UserError(
    'FOREIGN_FILE',
    'nothing was written: some files exist that millrace did not write; move them away, or overwrite them with --force',
    foreign.map(({ path }) => ({
      file: path,
      line: 1,
      column: 1,
      path: '',
      message: 'was not written by millrace',
      hint: 'move it away, or use --force',
    })),
  );
}

function reportWritten(changes: readonly FileChange[], total: number, output: Invocation['output']): void {
  if (output.json) {
    output.print(
      JSON.stringify(
        { version: 1, files: total, changes: changes.map(({ path, action }) => ({ path, action })) },
        null,
        2,
      ),
    );
    return;
  }
  const shown = changes.slice(0, 40);
  for (const { path, action } of shown) output.note(`${WORDS[action].padEnd(8)}${path}`);
  if (changes.length > shown.length) output.note(`… and ${changes.length - shown.length} more`);
  const count = (action: FileChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  output.print(
    changes.length === 0
      ? `${total} files, all up to date.`
      : `${total} files: ${count('add')} new, ${count('change')} changed, ${count('delete')} deleted.`,
  );
}
