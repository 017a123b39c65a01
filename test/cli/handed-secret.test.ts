import { describe, expect, test } from '@jest/globals';
import { collectHanded } from '../../generator/cli/handed-secret.ts';

describe('what a job outside of Jenkins gets of a build', () => {
  const files: Record<string, string> = { '/keys/ssh': 'a private key', '/etc/token': 'a token' };
  const read = (path: string): Buffer | undefined => (path in files ? Buffer.from(files[path]!) : undefined);

  test('is what deploying reads, with the files that it names', () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/etc/token',
      MILLRACE_SSH_KEY: '/keys/ssh',
      MILLRACE_MIRRORS: '/nowhere',
      MILLRACE_JENKINS: 'http://controller:8080',
    };
    expect(collectHanded(env, read)).toEqual({
      version: 1,
      env,
      files: {
        AWS_WEB_IDENTITY_TOKEN_FILE: Buffer.from('a token').toString('base64'),
        MILLRACE_SSH_KEY: Buffer.from('a private key').toString('base64'),
      },
    });
  });

  test('is nothing that is the build’s own, or of others', () => {
    const env = {
      MILLRACE_ROLE: 'deliver',
      MILLRACE_JENKINS_PASSWORD_FILE: '/keys/ssh',
      PATH: '/bin',
      JENKINS_URL: 'http://ci',
      GIT_PASSWORD: 'secret',
      AWS_PROFILE: undefined,
    };
    expect(collectHanded(env, read)).toEqual({ version: 1, env: {}, files: {} });
  });
});
