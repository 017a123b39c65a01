import { UserError } from '../model/user-error.ts';
import { shorten } from '../model/shorten.ts';
import type { Command, Invocation } from './command.ts';
import { openProject } from './open-project.ts';

export const command: Command = {
  declare(parser) {
    parser
      .argument('<action>', 'up, down or status')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace lab up\n  $ millrace apply --lab      # every command takes --lab\n  $ millrace lab down         # leaves nothing behind',
      );
  },
  async run(invocation) {
    const { args, root, output } = invocation;
    const action = args[0] ?? '';
    switch (action) {
      case 'up': {
        const { bringLabUp } = await import('../lab/lab.ts');
        const { project } = openProject(invocation);
        await bringLabUp(root, project, process.argv[1]!, (text) => output.note(`lab: ${text}`));
        break;
      }
      case 'down': {
        const { takeLabDown } = await import('../lab/take-lab-down.ts');
        const wasThere = await takeLabDown(root);
        if (!output.json) {
          output.print(wasThere ? 'The lab is gone; nothing of it is left.' : 'There is no lab.');
          return 0;
        }
        break;
      }
      case 'status':
        break;
      // What `up` starts in the background; its server keeps this process alive.
      case 'serve':
        return serve(invocation);
      default:
        throw new UserError(
          'USAGE',
          `expected up, down or status, found ${JSON.stringify(shorten(action, 60))}; see millrace lab --help`,
        );
    }
    return showLab(invocation);
  },
};

async function serve({ env, output }: Invocation): Promise<number> {
  const folder = env['MILLRACE_LAB_FOLDER'];
  if (folder === undefined)
    throw new UserError('USAGE', '`millrace lab serve` is a part that `millrace lab up` starts');
  const { serveLab } = await import('../lab/front/serve-lab.ts');
  await serveLab(folder, (text) => output.note(text));
  return 0;
}

async function showLab({ root, output }: Invocation): Promise<number> {
  const { describeLab } = await import('../lab/describe-lab.ts');
  const { parts, machines, notes } = describeLab(root);
  if (output.json) {
    output.print(JSON.stringify({ version: 1, parts, machines, notes }, null, 2));
    return 0;
  }
  for (const { name, state, address } of parts)
    output.print(`${name.padEnd(9)} ${state.padEnd(5)} ${address}`.trimEnd());
  for (const { id, state, address } of machines)
    output.print(`machine   ${state.padEnd(5)} ${address}  ${id}`);
  for (const note of notes) output.print(`note: ${note}`);
  return 0;
}
