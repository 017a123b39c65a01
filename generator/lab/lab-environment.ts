import { join } from 'node:path';
import { UserError } from '../model/user-error.ts';
import { isRunning } from './own-process.ts';
import { labFolder, readLabState } from './lab-state.ts';
import { STAND_IN_CREDENTIALS } from './start-machines.ts';

/**
 * The environment that turns a command to the lab: every program and client that the command starts reads it.
 * @returns undefined for what must not be there
 * @throws UserError NO_LAB where it is not up
 */
export function labEnvironment(root: string): Record<string, string | undefined> {
  const folder = labFolder(root);
  const state = readLabState(folder);
  const servers = [state?.registry, state?.aws, state?.front, state?.engine].map((part) => part?.server);
  const isUp = state?.registry && state.aws && state.engine && servers.every((one) => !one || isRunning(one));
  if (!isUp) {
    throw new UserError('NO_LAB', 'the lab of this repository is not up; run `millrace lab up`');
  }
  return {
    MILLRACE_LAB: folder,
    MILLRACE_REGISTRY: undefined,
    MILLRACE_LAB_REGISTRY: state.registry!.address,
    MILLRACE_SSH_KEY: join(folder, 'ssh_key'),
    ...(state.hasIpvs === false ? { MILLRACE_LAB_NO_IPVS: '1' } : {}),
    // Each infrastructure has engines of its own; else the one at hand stands for all.
    ...(state.front ? { MILLRACE_LAB_MACHINES: '1' } : {}),
    DOCKER_HOST: state.engine!.host,
    AWS_ENDPOINT_URL: state.front?.endpoint ?? state.aws!.endpoint,
    ...ONE_ENDPOINT,
    ...STAND_IN_CREDENTIALS,
    AWS_CONFIG_FILE: join(folder, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-aws-credentials'),
  };
}

/** More particular than AWS_ENDPOINT_URL, and so they would win over it, and lead out of the lab. */
const ONE_ENDPOINT = {
  AWS_ENDPOINT_URL_EC2: undefined,
  AWS_ENDPOINT_URL_IAM: undefined,
  AWS_ENDPOINT_URL_S3: undefined,
  AWS_ENDPOINT_URL_STS: undefined,
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
};
