import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlatformWorld } from './platform-world.ts';

/** What is a secret in the lab, by its name: the value, or a line in the middle of a private key. */
export type LabSecrets = Record<string, string>;

const PASSWORDS = ['registry_password', 'jenkins_admin_password', 'jenkins_service_password'];

export async function readLabSecrets({
  inside,
  insideService,
  folders,
  credential,
}: PlatformWorld): Promise<LabSecrets> {
  const secrets: LabSecrets = { 'the access key for AWS': credential.secret };
  for (const name of PASSWORDS) {
    const data = await inside(['docker', 'config', 'inspect', '--format', '{{json .Spec.Data}}', name]);
    const text = Buffer.from(JSON.parse(data) as string, 'base64').toString();
    secrets[name] = text.startsWith('{') ? (JSON.parse(text) as { password: string }).password : text.trim();
  }
  const keys = {
    jenkins_agent_key: await insideService('jenkins_controller', ['cat', '/run/secrets/jenkins_agent_key']),
    agent_host_key: await insideService('jenkins_deploy-1', ['cat', '/run/secrets/agent_host_key']),
    'the key of the lab': readFileSync(join(folders.lab, 'ssh_key'), 'utf8'),
  };
  // The first lines hold the public half.
  for (const [name, text] of Object.entries(keys)) secrets[name] = text.trim().split('\n').at(-3)!;
  return secrets;
}

/** Folders of the node where nothing may name a secret: logs, homes, configuration, every layer, what the Swarm stores. */
const ON_NODE = [
  ...['etc', 'home', 'root', 'tmp', 'var/tmp', 'var/log', 'var/lib/millrace/jenkins'],
  ...['containers', 'image', 'overlay2', 'swarm', 'buildkit', 'volumes'].map(
    (name) => `var/lib/docker/${name}`,
  ),
];

/**
 * Looks for secrets in everything that outlives a run.
 * @param root of the node, seen from here
 * @param more texts, such as what commands have said
 * @returns where they are: paths, and names of texts
 */
export function findSecrets(
  secrets: LabSecrets,
  { folder, folders }: Pick<PlatformWorld, 'folder' | 'folders'>,
  root: string,
  more: Record<string, string>,
): string[] {
  const values = Object.values(secrets).flatMap((value) => [value, Buffer.from(value).toString('base64')]);
  const place = mkdtempSync(join(tmpdir(), 'find-secrets-'));
  const patterns = join(place, 'patterns');
  writeFileSync(patterns, `${values.join('\n')}\n`, { mode: 0o600 });
  try {
    const logs = readdirSync(folders.lab).filter((name) => /\.(?:log|json|yml)$/.test(name));
    return [
      ...grep(patterns, [
        ...[folder, folders.home, ...logs.map((name) => join(folders.lab, name))],
        ...ON_NODE.map((path) => join(root, path)),
      ]),
      ...inLayers(patterns, join(root, 'var/lib/millrace/registry')),
      ...inHistory(patterns, folder),
      ...Object.entries(more).flatMap(([name, text]) =>
        values.some((one) => text.includes(one)) ? [name] : [],
      ),
    ];
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Where the engine gives a task its secrets: file systems in memory. */
const IN_MEMORY = /\/docker\/containers\/[0-9a-f]+\/mounts\/secrets\//;

function grep(patterns: string, paths: readonly string[]): string[] {
  const args = ['-rlsF', '--devices=skip', '--exclude-dir=merged', '-f', patterns, ...paths];
  const { stdout } = spawnSync('grep', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').filter((line) => line !== '' && !IN_MEMORY.test(line));
}

/** Every blob of a registry's storage: layers unpacked, manifests and configurations as they are. */
function inLayers(patterns: string, storage: string): string[] {
  const script = `find "$1" -name data | while read -r blob; do
    if zcat -f "$blob" | grep -qF -f "$2"; then echo "$blob"; fi
  done`;
  const { stdout, status, stderr } = spawnSync('bash', ['-c', script, 'layers', storage, patterns], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

/** All that was ever committed. */
function inHistory(patterns: string, folder: string): string[] {
  const script =
    'git -C "$1" cat-file --batch-all-objects --batch | grep -qF -f "$2" && echo "the history of $1"';
  const { stdout } = spawnSync('bash', ['-c', script, 'history', folder, patterns], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}
