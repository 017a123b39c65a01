import { isMapping } from '../../load/merge-keys.ts';
import type { Mapping } from '../../load/merge-keys.ts';
import { UserError } from '../../model/user-error.ts';
import { repositoryFile } from './repository-file.ts';
import { withoutIpvs } from './published-ports.ts';
import { readEnvironment, readLabels } from './read-environment.ts';
import { resolveImage } from './resolve-image.ts';
import type { StackSources } from './resolve-stack.ts';

/** What Docker reads and a Swarm does not have; `image` and the environment are resolved here. */
const LEFT_OUT: ReadonlySet<string> = new Set(['build', 'env_file', 'environment', 'image']);

/** @throws UserError BAD_STACK, UNPINNED, MISSING_ARTIFACT */
export function resolveService(
  name: string,
  written: Mapping,
  sources: StackSources & { stackFile: string; variables: Readonly<Record<string, string>> },
): { definition: Mapping; image: string } {
  const { image: reference } = written;
  if (typeof reference !== 'string' || reference === '') {
    throw new UserError('BAD_STACK', `the service ${name} has no image; name one`);
  }
  refuseRelativeMounts(name, written['volumes']);
  const image = resolveImage(reference, name, sources);
  const environment = readEnvironment(written, {
    service: name,
    variables: sources.variables,
    readFile: (path) => repositoryFile(path, `env_file of the service ${name}`, sources),
  });
  const kept = Object.entries(written).filter(([field]) => !LEFT_OUT.has(field));
  const definition: Mapping = {
    ...Object.fromEntries(kept),
    image,
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    deploy: completeDeploy(written['deploy']),
  };
  return { definition: sources.withoutIpvs ? withoutIpvs(definition, name) : definition, image };
}

/** Where the file says nothing of it, a failed update goes back: Docker's own default leaves it half done. */
function completeDeploy(written: unknown): Mapping {
  const deploy = isMapping(written) ? written : {};
  const update = isMapping(deploy['update_config']) ? deploy['update_config'] : {};
  return {
    ...deploy,
    labels: readLabels(deploy['labels']),
    update_config: { failure_action: 'rollback', ...update },
  };
}

/** A path relative to the stack file is one of this machine, which no node has. */
function refuseRelativeMounts(service: string, volumes: unknown): void {
  if (!Array.isArray(volumes)) return;
  for (const item of volumes as unknown[]) {
    const source = isMapping(item)
      ? item['type'] === 'bind' && item['source']
      : String(item).includes(':') && String(item).split(':', 1)[0];
    if (typeof source !== 'string' || !/^[.~]/.test(source)) continue;
    throw new UserError(
      'BAD_STACK',
      `the service ${service} mounts ${source}, which is on no node; use an absolute path, a named volume or a config`,
    );
  }
}
