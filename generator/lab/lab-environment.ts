import { join } from 'node:path';
import { UserError } from '../model/user-error.ts';
import { isRunning } from './own-process.ts';
import { labFolder, readLabState } from './lab-state.ts';

/**
 * The environment that turns a command to the lab: every program and client that the command starts reads it.
 * @throws UserError NO_LAB where it is not up
 */
export function labEnvironment(root: string): Record<string, string> {
  const folder = labFolder(root);
  const state = readLabState(folder);
  const servers = [state?.registry?.server, state?.aws?.server, state?.engine?.server];
  const isUp = state?.registry && state.aws && state.engine && servers.every((one) => !one || isRunning(one));
  if (!isUp) {
    throw new UserError('NO_LAB', 'the lab of this repository is not up; run `millrace lab up`');
  }
  return {
    MILLRACE_LAB: folder,
    MILLRACE_REGISTRY: state.registry!.address,
    DOCKER_HOST: state.engine!.host,
    AWS_ENDPOINT_URL: state.aws!.endpoint,
    // The stand-in takes any; none of the user's own may reach it, nor its commands reach their account.
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_CONFIG_FILE: join(folder, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
