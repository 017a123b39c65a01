import type { CommandResult } from '../../ports/processes.ts';
import type { ThisRun } from '../this-run.ts';

/** Names of images that exist in the engine only, while they are made; the domain leads nowhere by RFC 6761. */
export const LOCAL_DOMAIN = 'millrace.localhost/';
export const TEST_PREFIX = 'millrace-test-';

type RunDocker = (args: readonly string[]) => Promise<CommandResult>;

/** Removes what dead runs left in the engine: names of images that they were making, and containers of tests. */
export async function removeLeftovers(docker: RunDocker, run: ThisRun): Promise<void> {
  const { images, containers } = await listLeftovers(docker, run);
  if (containers.length > 0) await docker(['rm', '--force', ...containers]);
  if (images.length > 0) await docker(['rmi', ...images]);
}

async function listLeftovers(
  docker: RunDocker,
  run: ThisRun,
): Promise<{ images: string[]; containers: string[] }> {
  const [images, containers] = await Promise.all([
    docker([
      'image',
      'ls',
      '--filter',
      `reference=${LOCAL_DOMAIN}*/*`,
      '--format',
      '{{.Repository}}:{{.Tag}}',
    ]),
    docker(['ps', '--all', '--filter', `name=${TEST_PREFIX}`, '--format', '{{.Names}}']),
  ]);
  const left = ({ stdout }: CommandResult): string[] =>
    stdout.split('\n').filter((name) => name !== '' && run.isLeftBehind(name, 'shared'));
  return { images: left(images), containers: left(containers) };
}
