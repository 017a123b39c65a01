import { renderFindings } from '../report/finding-table.ts';
import type { Command } from './command.ts';

export const command: Command = {
  declare(parser) {
    parser.addHelpText(
      'after',
      '\nTells what this machine lacks for the project of the work tree, each with the way to get it. Changes nothing, needs\n' +
        'nothing installed, and takes at most ten seconds. Exits 1 where something is missing.\n' +
        '\nExamples:\n  $ millrace doctor\n  $ millrace doctor --json',
    );
  },
  async run(invocation) {
    const { output } = invocation;
    const [{ openDoctor }, { diagnose }] = await Promise.all([
      import('./doctor/open-doctor.ts'),
      import('./doctor/diagnose.ts'),
    ]);
    const { context, close } = openDoctor(invocation);
    const findings = await diagnose(context);
    const isMissing = findings.some(({ state }) => state === 'missing');
    const document = { version: 1, project: context.project.project, ready: !isMissing, findings };
    output.print(output.json ? JSON.stringify(document, null, 2) : renderFindings(findings, output));
    // What did not answer in time may not answer now either.
    await Promise.race([close(), new Promise((resolve) => setTimeout(resolve, 500).unref())]);
    return isMissing ? 1 : 0;
  },
};
