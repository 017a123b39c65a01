import type { HashedProject } from './hash-commit.ts';
import type { Command, Invocation } from './command.ts';
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
    const [{ source }, { chooseComponents, hashCommit }] = await Promise.all([
      openCommit(invocation, readRevision(options)),
      import('./hash-commit.ts'),
    ]);
    const hashed = hashCommit(source);

    show(chooseComponents(hashed, args), output);
    return 0;
  },
};

/** The options that say which state of the repository is meant. */
export function readRevision(options: Invocation['options']): { rev?: string; dirty: boolean } {
  const { rev, dirty } = options;
  return { ...(typeof rev === 'string' ? { rev } : {}), dirty: dirty === true };
}

function show(hashes: HashedProject, output: Invocation['output']): void {
  if (output.json) {
    output.print(JSON.stringify({ version: 1, components: Object.fromEntries(hashes) }, null, 2));
    return;
  }
  const width = Math.max(0, ...[...hashes.keys()].map((id) => id.length));
  const lines = [...hashes].map(([id, { hash }]) => `${id.padEnd(width)}  ${hash}`);
  if (lines.length > 0) output.print(lines.join('\n'));
}
