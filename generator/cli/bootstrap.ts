import { command as apply } from './apply.ts';
import type { Command } from './command.ts';

/**
 * `apply` under the name by which it is looked for when nothing is there yet: an empty world takes no other program, only
 * a machine that can build and deploy before a Jenkins exists. It may be repeated until it is through.
 */
export const command: Command = {
  declare(parser) {
    apply.declare(parser);
    parser.addHelpText(
      'before',
      'This is `millrace apply`, run from a workstation before there is a Jenkins: it makes all that the project names, in the\n' +
        'order of what needs what. Interrupted, it is run again and goes on. From then on Jenkins does it.\n',
    );
  },
  run(invocation) {
    invocation.output.note(
      'bootstrap: an apply from this machine; it may be repeated, and goes on where it was',
    );
    return apply.run(invocation);
  },
};
