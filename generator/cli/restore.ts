import { UserError } from '../model/user-error.ts';
import type { Command } from './command.ts';

export const command: Command = {
  declare(parser) {
    parser
      .option(
        '--from <place>',
        's3://bucket/prefix or file:/folder of this machine; else backup.to of project.yaml',
      )
      .option('--backup <name>', 'which one; the newest by default')
      .addHelpText(
        'after',
        '\nStops the controller, takes a snapshot, puts the backup in the place of JENKINS_HOME and starts the controller. If it does\n' +
          'not come up, its former home is back; if it does, the snapshot of it stays beside it until the next swap.\n' +
          '\nExamples:\n  $ millrace restore\n  $ millrace restore --from file:/srv/backups --backup shop-jenkins-20260102030405678',
      );
  },
  async run(invocation) {
    const { options, output, env } = invocation;
    if ((env['JENKINS_URL'] ?? '') !== '')
      throw new UserError(
        'NOT_IN_JENKINS',
        'no build survives that its Jenkins is stopped; on a workstation: millrace restore',
      );
    const [{ openHomeWorld }, { restoreHome }] = await Promise.all([
      import('./open-home-world.ts'),
      import('../drivers/backup/back-up-home.ts'),
    ]);
    const { owner, place, work, id, close } = await openHomeWorld(invocation, {
      wanted: options['from'],
      endsSwap: true,
    });
    try {
      const names = await place.list();
      const name = typeof options['backup'] === 'string' ? options['backup'] : names.at(-1);
      if (name === undefined || !names.includes(name))
        throw new UserError(
          'NO_BACKUP',
          `${place.name} has no backup ${name ?? 'of this project'}; it has ${names.join(', ') || 'none'}`,
        );
      const manifest = await restoreHome(owner, place, { id, name }, work);
      if (output.json)
        output.print(JSON.stringify({ version: 1, name, place: place.name, manifest }, null, 2));
      else output.print(`${name} of ${manifest.time} is in place, and Jenkins is healthy with it`);
      return 0;
    } finally {
      await close();
    }
  },
};
