import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressLayer, makeLayer, packLayer, pushBaseImage, pushImage } from './base-image.ts';
import type { Layer } from './base-image.ts';
import { ANSIBLE_PROGRAMS, ansibleLayer } from './ansible-layer.ts';
import { buildCli } from './built-cli.ts';
import { copyProgram, fetchPackages, pushRegistryImages } from './program-image.ts';
import { toolsLayer } from './tools-layer.ts';

const ROOT = join(import.meta.dirname, '../../..');
const STAND_IN = join(ROOT, 'test/samples/jenkins-stand-in');
const YAML = join(ROOT, 'target/python/lib/python3.11/site-packages/yaml');

/**
 * Stand-ins for every upstream image that the platform's files name, below their own names: the registry's two, Caddy
 * (Debian's), and what `pushJenkinsImages` pushes. `docker.io` is to be mapped to the registry.
 * @param registry `127.0.0.1:PORT`
 */
export async function pushPlatformImages(registry: string): Promise<void> {
  await Promise.all([
    pushJenkinsImages(registry),
    pushRegistryImages(registry),
    pushImage(registry, 'library/caddy', '2.10.2-alpine', [makeCaddy()], {
      Env: ['PATH=/bin:/usr/bin', 'XDG_DATA_HOME=/data', 'XDG_CONFIG_HOME=/config'],
      Cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
    }),
  ]);
}

/**
 * What Jenkins' own images and the sample's service begin with: Jenkins' (test/samples/jenkins-stand-in), Debian's; and
 * `local/agent-base:1`, which has what the agent target of the shipped Dockerfile downloads, this CLI among it.
 */
export async function pushJenkinsImages(registry: string): Promise<void> {
  const [tools, ansible, cli] = [await toolsLayer(), await ansibleLayer(), await makeCli()];
  await Promise.all([
    pushImage(registry, 'jenkins/jenkins', jenkinsTag(), [tools, makeJenkins()], {
      Env: [PATH, 'JENKINS_HOME=/var/jenkins_home'],
      User: 'jenkins',
      Entrypoint: ['/usr/bin/tini', '--', '/usr/local/bin/jenkins.sh'],
    }),
    ...['trixie-slim', 'bookworm-slim'].map((tag) =>
      pushImage(registry, 'library/debian', tag, [tools], { Env: [PATH], Cmd: ['bash'] }),
    ),
    pushImage(registry, 'local/agent-base', '1', [tools, ansible, cli], {
      Env: [PATH.replace('=', `=${ANSIBLE_PROGRAMS}:`)],
      Cmd: ['bash'],
    }),
    pushBaseImage(registry, 'local/python', '1', { python: true }),
  ]);
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** As the shipped Dockerfile names it. */
function jenkinsTag(): string {
  const text = readFileSync(join(ROOT, 'jenkins-image/Dockerfile'), 'utf8');
  return /^FROM jenkins\/jenkins:(\S+) AS controller$/m.exec(text)![1]!;
}

function makeCaddy(): Layer {
  const packages = fetchPackages('caddy', ['caddy']);
  return compressLayer(makeLayer((root) => copyProgram(root, '/usr/bin/caddy', packages)));
}

function makeJenkins(): Layer {
  return compressLayer(
    packLayer((root) => {
      const folder = join(root, 'opt/jenkins-stand-in');
      for (const path of [folder, join(root, 'usr/local/bin'), join(root, 'bin')])
        mkdirSync(path, { recursive: true });
      for (const name of readdirSync(STAND_IN).filter((one) => one.endsWith('.py')))
        cpSync(join(STAND_IN, name), join(folder, name));
      cpSync(YAML, join(folder, 'yaml'), {
        recursive: true,
        filter: (path) => !/__pycache__|\.so$/.test(path),
      });
      cpSync(join(STAND_IN, 'jenkins.sh'), join(root, 'usr/local/bin/jenkins.sh'));
      cpSync(join(STAND_IN, 'jenkins-plugin-cli'), join(root, 'bin/jenkins-plugin-cli'));
      for (const path of ['usr/share/jenkins/ref', 'var/jenkins_home', 'opt/java/openjdk'])
        mkdirSync(join(root, path), { recursive: true });
    }),
  );
}

/** What `npm install --global millrace` would bring: the package of this checkout. */
async function makeCli(): Promise<Layer> {
  const { file } = await buildCli();
  return compressLayer(
    packLayer((root) => {
      cpSync(join(file, '../..'), join(root, 'opt/millrace'), { recursive: true, dereference: true });
      // It was one user's alone.
      chmodSync(join(root, 'opt/millrace'), 0o755);
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
      const start = join(root, 'usr/local/bin/millrace');
      writeFileSync(start, START);
      chmodSync(start, 0o755);
    }),
  );
}

/** In a lab, what is outside is told by a file of the image's own making. */
const START = `#!/bin/sh
if [ -f /etc/millrace-lab ]; then
  set -a
  . /etc/millrace-lab
  set +a
fi
exec node /opt/millrace/bin/millrace "$@"
`;
