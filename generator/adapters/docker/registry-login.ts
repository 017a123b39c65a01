import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RegistryLogin {
  /** For a docker client's environment. */
  env: Readonly<Record<string, string | undefined>>;
  /** Takes the password off the disk. */
  forget: () => void;
}

/** Neither variable has any business in a builder's environment. */
const WITHOUT_SECRETS = { MILLRACE_REGISTRY_USERNAME: undefined, MILLRACE_REGISTRY_PASSWORD: undefined };

/**
 * Logs the docker client in for one command, without a trace in the user's own configuration: a folder that only this
 * user may read holds a copy of it, with the login added. Without a user name in the environment the user's own
 * configuration is used as it is.
 * @param domains registries that the login is for
 * @param stamp of this run; what a killed run leaves is known by it
 */
export function logIn(
  env: Readonly<Record<string, string | undefined>>,
  domains: readonly string[],
  stamp: string,
): RegistryLogin {
  const [username = '', password = ''] = [
    env['MILLRACE_REGISTRY_USERNAME'],
    env['MILLRACE_REGISTRY_PASSWORD'],
  ];
  if (username === '') return { env: WITHOUT_SECRETS, forget: () => undefined };
  const own = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker');
  // mkdtemp gives mode 0700.
  const folder = mkdtempSync(join(tmpdir(), `millrace-${stamp}-docker-`));
  try {
    // Plugins, contexts and certificates stay where they are.
    for (const name of listFolder(own))
      if (name !== 'config.json') symlinkSync(join(own, name), join(folder, name));
    const config = addLogin(readConfig(join(own, 'config.json')), domains, `${username}:${password}`);
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    env: { ...WITHOUT_SECRETS, DOCKER_CONFIG: folder },
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function addLogin(config: Record<string, unknown>, domains: readonly string[], login: string): object {
  const auth = Buffer.from(login).toString('base64');
  const each = <Value>(value: Value): Record<string, Value> =>
    Object.fromEntries(domains.map((domain) => [domain, value]));
  return {
    ...config,
    auths: { ...(config['auths'] as object | undefined), ...each({ auth }) },
    // An empty helper stands for the file, also where a store is the rule (docker/cli, cli/config/configfile).
    credHelpers: { ...(config['credHelpers'] as object | undefined), ...each('') },
  };
}

function readConfig(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    // Docker itself will say what is wrong with it, where it is used.
    return {};
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
