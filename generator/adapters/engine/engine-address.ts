import { UserError } from '../../model/user-error.ts';

/** Where an engine listens, as node:http takes it. */
export type EngineAddress = { socketPath: string } | { host: string; port: number };

export const DEFAULT_ENGINE = 'unix:///var/run/docker.sock';
/** Of an engine without TLS (docs.docker.com/reference/cli/dockerd). */
const DEFAULT_PORT = 2375;

type Environment = Readonly<Record<string, string | undefined>>;

/** The engine that the docker client would use: DOCKER_HOST, or this machine's own socket. */
export function engineHostOf(env: Environment): string {
  const given = env['DOCKER_HOST'] ?? '';
  return given === '' ? DEFAULT_ENGINE : given;
}

/**
 * @param host a value of DOCKER_HOST: `unix:///path`, `tcp://host:port`
 * @throws UserError ENGINE_HOST where it is neither; ENGINE_TLS where the environment asks for TLS
 */
export function parseEngineHost(host: string, env: Environment): EngineAddress {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === 'unix' && rest.startsWith('/')) return { socketPath: rest };
  if (scheme !== 'tcp') {
    const hint =
      scheme === 'ssh'
        ? 'for an engine behind SSH name its infrastructure as `on:` of the stack'
        : 'set DOCKER_HOST to one of these';
    throw new UserError(
      'ENGINE_HOST',
      `expected unix:///path or tcp://host:port as Docker's host, found ${host}; ${hint}`,
    );
  }
  if ((env['DOCKER_TLS_VERIFY'] ?? '') !== '' || (env['DOCKER_TLS'] ?? '') !== '') {
    throw new UserError(
      'ENGINE_TLS',
      'DOCKER_TLS_VERIFY asks for an engine behind TLS, which is not supported; use its socket, or SSH by `on:` of the stack',
    );
  }
  const match = /^(\[[0-9a-fA-F:]+\]|[^:/[\]]+)(?::([0-9]{1,5}))?\/?$/.exec(rest);
  if (!match) {
    throw new UserError(
      'ENGINE_HOST',
      `expected tcp://host:port as Docker's host, found ${host}; correct DOCKER_HOST`,
    );
  }
  const [, name = '', port] = match;
  return { host: name.replace(/^\[|\]$/g, ''), port: port === undefined ? DEFAULT_PORT : Number(port) };
}
