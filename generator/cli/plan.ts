import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../model/user-error.ts';
import type { Plan } from '../plan/plan.ts';
import { sortIntoWaves } from '../plan/sort-into-waves.ts';
import type { Command, Invocation } from './command.ts';
import { readRevision } from './hash.ts';
import { openCommit } from './open-commit.ts';

/** Something is to be done, and `--detailed-exitcode` asked. */
const CHANGES_PENDING = 2;

export const command: Command = {
  declare(parser) {
    parser
      .option('--rev <revision>', 'plan this commit, whatever is checked out')
      .option('--dirty', 'plan the work tree, as committing it would make it')
      .option('--only <id...>', 'plan exactly these components, such as image:api')
      .option('--html <file>', 'write the plan as a page, with its graph and what differs')
      .option('--detailed-exitcode', 'exit 2 where something is to be done')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace plan\n  $ millrace plan --rev HEAD~1 --only image:api\n  $ millrace plan --html plan.html',
      );
  },
  async run(invocation) {
    const { options, env, output, root } = invocation;
    const [opened, { openWorld }, { planCommit }] = await Promise.all([
      openCommit(invocation, readRevision(options)),
      import('./open-world.ts'),
      import('./plan-commit.ts'),
      // Loaded while git looks at the files: nearly every project has images, and most plans are shown as a table.
      import('./open-image-driver.ts'),
      import('../report/plan-table.ts'),
    ]);
    const { drivers } = await openWorld(opened.summary.project, env, (text) => output.note(text), {
      root,
      opened,
    });
    const only = readOnly(options);

    const { plan } = await planCommit(opened, { drivers, env, ...(only ? { only } : {}) });

    await show(plan, invocation);
    const isDone = plan.components.every(({ action }) => action === 'keep');
    return options['detailedExitcode'] === true && !isDone ? CHANGES_PENDING : 0;
  },
};

/** The ids of `--only ID…`. */
export function readOnly(options: Invocation['options']): string[] | undefined {
  const { only } = options;
  return Array.isArray(only) ? only.map(String) : undefined;
}

async function show(plan: Plan, { options, output }: Invocation): Promise<void> {
  const waves = sortIntoWaves(plan.components);
  const { html } = options;
  if (typeof html === 'string') {
    const { renderPlanPage } = await import('../report/plan-html.ts');
    writePage(html, renderPlanPage(plan, waves));
    output.note(`The plan as a page: ${resolve(html)}`);
  }
  if (output.json) {
    output.print(JSON.stringify(plan, null, 2));
    return;
  }
  const { renderPlanTable } = await import('../report/plan-table.ts');
  output.print(renderPlanTable(plan, waves, output));
}

function writePage(path: string, text: string): void {
  try {
    writeFileSync(resolve(path), text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      'CANNOT_WRITE',
      `${path} cannot be written (${code}); name a file that can: --html FILE`,
    );
  }
}
