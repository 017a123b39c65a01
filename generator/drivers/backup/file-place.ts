import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../model/user-error.ts';
import type { Processes } from '../../ports/processes.ts';
import { backupsAmong, packedFile, readManifest } from './backup-place.ts';
import type { BackupPlace } from './backup-place.ts';

export interface FileSettings {
  /** On this machine. */
  folder: string;
  project: string;
  processes: Processes;
  /** DOCKER_HOST of the node that has JENKINS_HOME. */
  host: string;
  /** The folder there that holds JENKINS_HOME. */
  parent: string;
  /** One that the node has. */
  image: string;
}

/** What would lead the client elsewhere than to the engine it is told. */
const ELSEWHERE = { DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };

/** A folder of this machine. Archives go through the node's engine, by a container that is never started. */
export function createFilePlace({
  folder,
  project,
  processes,
  host,
  parent,
  image,
}: FileSettings): BackupPlace {
  const docker = async (...args: string[]): Promise<string> => {
    const env = { ...ELSEWHERE, DOCKER_HOST: host };
    const { code, stdout, stderr } = await processes.run({ file: 'docker', args, env });
    if (code === 0) return stdout.trim();
    const said = stderr.trim().split('\n').at(-1);
    throw new UserError('COPY_FAILED', `docker ${args[0]} failed: ${said}; mend it and run this again`);
  };
  const copy = async (work: (container: string) => Promise<unknown>): Promise<void> => {
    const mount = `"type=bind","source=${parent}","target=/data"`;
    const container = await docker('create', '--mount', mount, '--entrypoint', 'true', image);
    try {
      await work(container);
    } finally {
      await docker('rm', '--force', container);
    }
  };
  const file = (name: string, end: string): string => join(folder, `${name}${end}`);
  return {
    name: folder,
    list: async () => backupsAmong(await listFolder(folder), project),
    read: async (name) => readManifest(name, await readFile(file(name, '.json'), 'utf8')),
    put: async (name, id, manifest) => {
      await mkdir(folder, { recursive: true });
      const half = file(name, '.tar.gz.tmp');
      await copy((container) => docker('cp', '--quiet', `${container}:/data/${packedFile(id)}`, half));
      await rename(half, file(name, '.tar.gz'));
      await writeFile(file(name, '.json.tmp'), `${JSON.stringify(manifest, null, 2)}\n`);
      await rename(file(name, '.json.tmp'), file(name, '.json'));
    },
    fetch: async (name, id) =>
      copy((container) =>
        docker('cp', '--quiet', file(name, '.tar.gz'), `${container}:/data/${packedFile(id)}`),
      ),
    remove: async (name) => {
      for (const end of ['.json', '.tar.gz']) await rm(file(name, end), { force: true });
    },
  };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
