import { UserError } from '../model/user-error.ts';
import { shorten } from '../model/shorten.ts';
import type { LabPart } from '../lab/lab.ts';
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
    const { bringLabUp, describeLab, takeLabDown } = await import('../lab/lab.ts');
    switch (action) {
      case 'up':
        await bringLabUp(root, openProject(invocation).project, (text) => output.note(`lab: ${text}`));
        break;
      case 'down': {
        const wasThere = await takeLabDown(root);
        if (!output.json) {
          output.print(wasThere ? 'The lab is gone; nothing of it is left.' : 'There is no lab.');
          return 0;
        }
        break;
      }
      case 'status':
        break;
      default:
        throw new UserError(
          'USAGE',
          `expected up, down or status, found ${JSON.stringify(shorten(action, 60))}; see millrace lab --help`,
        );
    }
    return showParts(describeLab(root), output);
  },
};

function showParts(parts: readonly LabPart[], output: Invocation['output']): number {
  if (output.json) output.print(JSON.stringify({ version: 1, parts }, null, 2));
  else
    for (const { name, state, address } of parts)
      output.print(`${name.padEnd(9)} ${state.padEnd(5)} ${address}`.trimEnd());
  return 0;
}
