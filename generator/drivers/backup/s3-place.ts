import type { Engine } from '../../ports/engine.ts';
import type { Home } from '../home/find-home.ts';
import { runJob } from '../home/run-job.ts';
import type { JobTools } from '../home/run-job.ts';
import { jobName } from '../home/swap-work.ts';
import { JOB, ownLabels } from '../stack/stack-names.ts';
import { backupsAmong, packedFile, readManifest } from './backup-place.ts';
import type { BackupPlace } from './backup-place.ts';

export interface S3Settings {
  /** `s3://bucket/prefix`, without a slash at its end. */
  url: string;
  project: string;
  stack: string;
  home: Home;
  /** Has the AWS CLI. */
  image: string;
  /** `AWS_*` of this run. */
  credentials: Readonly<Record<string, string>>;
  tools: JobTools;
  /** Of this run: it is in the names of what it makes. */
  id: string;
}

/** The variables come as a file of the job's own secret, a line each; its values are quoted by nobody and run by nobody. */
const SCRIPT = `set -eu
while IFS= read -r line; do export "$line"; done </run/secrets/aws
case $1 in
  put) aws s3 cp --only-show-errors "/data/$3" "$2.tar.gz"; printf '%s\\n' "$4" | aws s3 cp --only-show-errors - "$2.json" ;;
  fetch) aws s3 cp --only-show-errors "$2.tar.gz" "/data/$3.tmp"; mv "/data/$3.tmp" "/data/$3" ;;
  read) aws s3 cp --only-show-errors "$2.json" - ;;
  remove) aws s3 rm --only-show-errors "$2.json"; aws s3 rm --only-show-errors "$2.tar.gz" ;;
  list)
    # One that says nothing and ends with 1 has found nothing there; what was denied says so.
    code=0
    found=$(aws s3 ls "$2/" 2>&1) || code=$?
    if [ "$code" -gt 1 ] || { [ "$code" -eq 1 ] && [ -n "$found" ]; }; then
      printf '%s\\n' "$found"
      exit "$code"
    fi
    printf '%s\\n' "$found" | awk '{ print $NF }' ;;
esac`;

/**
 * A bucket, which the node with JENKINS_HOME reaches by itself: inside Jenkins nobody else has a way to both. An object of S3 is
 * whole or not there.
 */
export function createS3Place(settings: S3Settings): BackupPlace {
  const { url, project } = settings;
  let number = 0;
  const run = (...words: string[]): Promise<string[]> => work(settings, words, ++number);
  const at = (name: string): string => `${url}/${name}`;
  return {
    name: url,
    list: async () => backupsAmong(await run('list', url), project),
    read: async (name) => readManifest(name, (await run('read', at(name))).join('\n')),
    put: async (name, id, manifest) => {
      await run('put', at(name), packedFile(id), JSON.stringify(manifest));
    },
    fetch: async (name, id) => {
      await run('fetch', at(name), packedFile(id));
    },
    remove: async (name) => {
      await run('remove', at(name));
    },
  };
}

/** The secret is there for as long as the job. */
async function work(
  { project, stack, home, image, credentials, tools, id }: S3Settings,
  words: readonly string[],
  number: number,
): Promise<string[]> {
  const name = jobName(project, stack, `s3-${id}-${number}`);
  const secret = await makeSecret(tools.engine, name, { project, stack, credentials });
  try {
    return await runJob(
      {
        ...{
          name,
          project,
          stack,
          image,
          constraints: home.constraints,
          says: /^(?:list|read)$/.test(words[0]!),
        },
        argv: ['sh', '-c', SCRIPT, 'sh', ...words],
        mounts: [{ source: home.parent, target: '/data' }],
        secrets: [{ source: name, target: 'aws' }],
      },
      tools,
    );
  } finally {
    await removeSecret(secret, tools);
  }
}

async function makeSecret(
  engine: Pick<Engine, 'post'>,
  name: string,
  { project, stack, credentials }: Pick<S3Settings, 'project' | 'stack' | 'credentials'>,
): Promise<string> {
  const lines = Object.entries(credentials).map(([key, value]) => `${key}=${value}\n`);
  // A secret is never empty.
  const data = Buffer.from(lines.join('') || 'AWS_PAGER=\n').toString('base64');
  const labels = { ...ownLabels(project, stack), [JOB]: name };
  const { body } = await engine.post('/secrets/create', { Name: name, Labels: labels, Data: data });
  return (body as { ID: string }).ID;
}

/** The Swarm gives it free a moment after the job's service. */
async function removeSecret(id: string, { engine, clock }: JobTools): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await engine.remove(`/secrets/${id}`);
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await clock.sleep(300);
    }
  }
}
