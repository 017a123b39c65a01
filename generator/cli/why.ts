import type { ComponentId } from '../model/component.ts';
import type { InputChange } from '../model/input-change.ts';
import { showControls } from '../model/problem.ts';
import { shorten } from '../model/shorten.ts';
import { chooseComponents } from './choose-components.ts';
import type { Command, Invocation } from './command.ts';
import type { Explanation, LastState } from './explain-change.ts';
import { readRevision } from './hash.ts';
import { openCommit } from './open-commit.ts';
import type { OpenedCommit } from './open-commit.ts';

/** Asks the place where a component lies what exists of it; undefined where nothing does. */
export type FindLast = (
  id: ComponentId,
  opened: OpenedCommit,
  invocation: Invocation,
) => Promise<LastState | undefined>;

export const makeWhyCommand = (findLast: FindLast): Command => ({
  declare(parser) {
    parser
      .argument('<id>', 'a component, such as image:api')
      .option('--rev <revision>', 'what this commit would change, whatever is checked out')
      .option('--dirty', 'what the work tree would change')
      .option('--since <revision>', 'compare with this commit and not with what exists')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace why image:api\n  $ millrace why image:api --since HEAD~1',
      );
  },
  async run(invocation) {
    const { args, options, output } = invocation;
    const opened = await openCommit(invocation, readRevision(options));
    const [{ source, hashes }, { explainChange }] = await Promise.all([
      opened.load(),
      import('./explain-change.ts'),
    ]);
    const [[id, component]] = [...chooseComponents(hashes, args)] as [
      [ComponentId, Parameters<typeof explainChange>[1]['component']],
    ];
    const since = options['since'];
    const last =
      typeof since === 'string' ? { hash: null, revision: since } : await findLast(id, opened, invocation);

    show(id, await explainChange(id, { ...opened, source, component }, last), output);
    return 0;
  },
});

export const command = makeWhyCommand(async (id, opened, { env, output, root }) => {
  const [{ openWorld }, { observeComponent }] = await Promise.all([
    import('./open-world.ts'),
    import('./plan-commit.ts'),
  ]);
  const { drivers } = await openWorld(opened.summary.project, env, (text) => output.note(text), {
    root,
    opened,
  });
  return observeComponent(id, opened, drivers);
});

function show(id: ComponentId, explanation: Explanation, output: Invocation['output']): void {
  if (output.json) {
    output.print(JSON.stringify({ version: 1, id, ...explanation }, null, 2));
    return;
  }
  const { changes, notes } = explanation;
  for (const note of notes) output.print(`${id}: ${showControls(note)}`);
  if (changes.length === 0 && notes.length === 0) output.print(`${id}: nothing that decides it differs`);
  if (changes.length > 0) output.print(changes.map((change) => showControls(describe(change))).join('\n'));
}

function describe({ type, name, before, after }: InputChange): string {
  const sign = before === undefined ? '+' : after === undefined ? '-' : '~';
  const what = `${sign} ${type} ${name}`;
  // Ids of blobs tell a person nothing.
  if (type === 'file' || type === 'tree' || type === 'dockerfile')
    return `${what}${describeMode(before, after)}`;
  return `${what}: ${[before, after].map((value) => (value === undefined ? 'none' : brief(value))).join(' -> ')}`;
}

function describeMode(before = '', after = ''): string {
  const [from, to] = [before, after].map((value) => /^(\d{6}) /.exec(value)?.[1]);
  return from !== undefined && to !== undefined && from !== to ? ` (mode ${from} -> ${to})` : '';
}

function brief(value: string): string {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(value)
    ? value.replace(/^(sha256:)?(.{12}).*$/, '$1$2…')
    : shorten(value, 120);
}
