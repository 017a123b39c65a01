import { existsSync } from 'node:fs';
import { keyFileOf } from '../../drivers/infrastructure/ssh-access.ts';
import { has, missing, ok, warning } from './context.ts';
import type { Check } from './context.ts';

const AGENT = 'start ssh-agent and ssh-add the key, or name its file with MILLRACE_SSH_KEY';

/** A private key for one of the public keys that the nodes let in. */
export const checkKeys: Check = async ({ project, env, files, run }) => {
  if (!has(project.infrastructure)) return [];
  const file = keyFileOf(env);
  if (file !== undefined)
    return existsSync(file)
      ? [ok('ssh key', `${file}, as MILLRACE_SSH_KEY says`)]
      : [missing('ssh key', `MILLRACE_SSH_KEY names ${file}, which is not there`, 'correct it')];
  // Whom machines that exist already let in is their owner's to know.
  const named = project.ssh_keys ?? [];
  const onAws = Object.values(project.infrastructure).some(({ hosts }) => hosts === undefined);
  if (!onAws) return [];
  if (named.length === 0)
    return [
      warning(
        'ssh key',
        'project.yaml has no ssh_keys, so that nobody may log in on the nodes',
        'name public keys there',
      ),
    ];
  const listed = await run({ file: 'ssh-add', args: ['-L'] }).catch(() => undefined);
  const held = new Set((listed?.stdout ?? '').split('\n').map(blobOf));
  const wanted = named.filter((path) => {
    const blob = blobOf(new TextDecoder().decode(files.read(path)));
    return blob !== '' && held.has(blob);
  });
  if (wanted.length > 0) return [ok('ssh key', `ssh-agent holds the key of ${wanted.join(', ')}`)];
  const why = listed?.code === 0 ? 'ssh-agent holds none of ssh_keys' : 'no ssh-agent holds a key';
  return [warning('ssh key', `${why}: only a key in ~/.ssh may lead to the nodes`, AGENT)];
};

/** What tells a key, without its comment. */
function blobOf(line: string): string {
  return line.trim().split(/\s+/)[1] ?? '';
}
