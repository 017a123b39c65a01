import type { ComponentHashes } from '../model/component-hash.ts';
import { chooseComponents } from './choose-components.ts';
import type { Command, Invocation } from './command.ts';
import type { CommitSummary } from './memo-summary.ts';
import { openCommit } from './open-commit.ts';

export const command: Command = {
  declare(parser) {
    parser
      .argument('[id...]', 'components to show, such as image:api; all by default')
      .option('--rev <revision>', 'of this commit, whatever is checked out')
      .option('--dirty', 'of the work tree, as committing it would make it')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace hash\n  $ millrace hash image:api --json    # with every input\n  $ millrace hash --rev HEAD~1',
      );
  },
  async run(invocation) {
    const { args, options, output } = invocation;
    const { summary, load } = await openCommit(invocation, readRevision(options));

    if (output.json) showInputs(chooseComponents((await load()).hashes, args), output);
    else show(chooseComponents(summary.hashes, args), output);
    return 0;
  },
};

/** The options that say which state of the repository is meant. */
export function readRevision(options: Invocation['options']): { rev?: string; dirty: boolean } {
  const { rev, dirty } = options;
  return { ...(typeof rev === 'string' ? { rev } : {}), dirty: dirty === true };
}

function showInputs(hashes: ComponentHashes, output: Invocation['output']): void {
  output.print(JSON.stringify({ version: 1, components: Object.fromEntries(hashes) }, null, 2));
}

function show(hashes: CommitSummary['hashes'], output: Invocation['output']): void {
  const width = Math.max(0, ...[...hashes.keys()].map((id) => id.length));
  const lines = [...hashes].map(([id, { hash }]) => `${id.padEnd(width)}  ${hash}`);
  if (lines.length > 0) output.print(lines.join('\n'));
}
