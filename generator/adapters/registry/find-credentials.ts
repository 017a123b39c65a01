import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Processes } from '../../ports/processes.ts';
import type { Credentials, FindCredentials } from './credentials.ts';
import type { DockerConfig } from './docker-config.ts';

export interface CredentialSources {
  env: Readonly<Record<string, string | undefined>>;
  processes: Processes;
  /** Domains of the project's own registry: MILLRACE_REGISTRY_USERNAME and _PASSWORD are for these. */
  own?: readonly string[];
}

/**
 * Credentials as Docker finds them: its config.json in DOCKER_CONFIG or ~/.docker, and its credential helpers
 * (docker/docker-credential-helpers); before them the environment's, for the project's own registry. The file is
 * read when first asked for, and each registry is looked up once.
 */
export function createFindCredentials(sources: CredentialSources): FindCredentials {
  const { env, own = [] } = sources;
  const path = join(env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker'), 'config.json');
  let config: Promise<DockerConfig> | undefined;
  const known = new Map<string, Promise<Credentials | undefined>>();
  const look = async (domain: string): Promise<Credentials | undefined> => {
    const username = env['MILLRACE_REGISTRY_USERNAME'];
    if (own.includes(domain) && username) {
      return { kind: 'password', username, password: env['MILLRACE_REGISTRY_PASSWORD'] ?? '' };
    }
    // Loaded where a registry asks: most that are on the loopback do not.
    const { findDockerCredentials, readConfig } = await import('./docker-credentials.ts');
    return findDockerCredentials(await (config ??= readConfig(path)), domain, path, sources.processes);
  };
  return (domain) => {
    const found = known.get(domain) ?? look(domain);
    known.set(domain, found);
    return found;
  };
}
