import type { Project } from '../../model/project/project.ts';
import type { RepositoryAddress } from '../../ports/registry.ts';

/** Where a project's images lie; the address enters no hash. */
export interface RegistryPlace {
  /** True for the project's own registry, which comes with its cluster. */
  own: boolean;
  /** Where they are read, e.g. `127.0.0.1:5000` or `registry.example.com/team`. */
  read: string;
  /** Where they are pushed; another listener of the same storage. */
  write: string;
}

/** The own registry's listeners on every node's loopback. */
export const OWN_READ = '127.0.0.1:5000';
export const OWN_WRITE = '127.0.0.1:5001';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param env `MILLRACE_REGISTRY` names another one for this run, such as a tunnel's end on this machine;
 * `MILLRACE_LAB_REGISTRY` a lab's, in the place of every one that is no stack on the lab's own machines
 */
export function registryOf(
  project: Pick<Project, 'registry'> & Partial<Pick<Project, 'stacks'>>,
  env: Environment,
): RegistryPlace {
  const { registry } = project;
  const named = (env['MILLRACE_REGISTRY'] ?? '') || (isOnMachines(project, env) ? '' : labRegistry(env));
  const url = named !== '' ? named : registry === 'own' ? undefined : registry.url;
  if (url === undefined) return { own: true, read: OWN_READ, write: OWN_WRITE };
  const address = url.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  return { own: false, read: address, write: address };
}

const labRegistry = (env: Environment): string => env['MILLRACE_LAB_REGISTRY'] ?? '';

function isOnMachines(
  { registry, stacks = {} }: Parameters<typeof registryOf>[0],
  env: Environment,
): boolean {
  return registry === 'own' && stacks['registry']?.on !== undefined && env['MILLRACE_LAB_MACHINES'] === '1';
}

/** An image's repository, as the registry API names it. @param place `read` or `write` of a RegistryPlace */
export function repositoryOf(place: string, project: string, image: string): RepositoryAddress {
  const slash = place.indexOf('/');
  const domain = slash === -1 ? place : place.slice(0, slash);
  const prefix = slash === -1 ? '' : place.slice(slash + 1) + '/';
  return { domain, path: `${prefix}${project}/${image}` };
}

/** `domain/path`, as it stands in a reference. */
export function formatRepository({ domain, path }: RepositoryAddress): string {
  return `${domain}/${path}`;
}
