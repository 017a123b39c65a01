import { UserError } from '../model/user-error.ts';
import type { Command } from './command.ts';

const KEEP = 14;

export const command: Command = {
  declare(parser) {
    parser
      .option(
        '--to <place>',
        's3://bucket/prefix or file:/folder of this machine; else backup.to of project.yaml',
      )
      .option('--keep <number>', 'how many backups stay there', String(KEEP))
      .addHelpText(
        'after',
        '\nPacks JENKINS_HOME while Jenkins is quiet, without workspaces, caches and plugins.\n' +
          '\nExamples:\n  $ millrace backup\n  $ millrace backup --to file:/srv/backups --keep 3',
      );
  },
  async run(invocation) {
    const { options, output } = invocation;
    const keep = Number(options['keep']);
    if (!Number.isInteger(keep) || keep < 1)
      throw new UserError(
        'USAGE',
        `expected a number of 1 or more as --keep, found ${String(options['keep'])}; correct it`,
      );
    const [{ openHomeWorld }, { backUpHome }] = await Promise.all([
      import('./open-home-world.ts'),
      import('../drivers/backup/back-up-home.ts'),
    ]);
    const world = await openHomeWorld(invocation, { wanted: options['to'], endsSwap: false });
    try {
      const { name, manifest } = await backUpHome(
        world.owner,
        world.place,
        { id: world.id, keep },
        world.work,
      );
      const mebibytes = (count: number): string => (count / 1024 / 1024).toFixed(1);
      if (output.json)
        output.print(JSON.stringify({ version: 1, name, place: world.place.name, manifest }, null, 2));
      else
        output.print(
          `${name} in ${world.place.name}: ${mebibytes(manifest.bytes)} MiB of ${mebibytes(manifest.kibibytes * 1024)} MiB`,
        );
      return 0;
    } finally {
      await world.close();
    }
  },
};
