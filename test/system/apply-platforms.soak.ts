/** Images for several platforms in one index, by the real buildx and a BuildKit of its own. */
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startBuildKit } from './services/buildkit.ts';
import type { BuildKit } from './services/buildkit.ts';
import type { CliAnswer } from './services/cli-run.ts';
import { expectFine } from './services/cluster-world.ts';
import { idsOf, startImageWorld } from './services/image-world.ts';
import type { ImageWorld } from './services/image-world.ts';

let world: ImageWorld;
let buildKit: BuildKit;

/** Compiles for the target on the builder's own platform, as cross-compilers do; nothing of the target is run. */
const DOCKERFILE = `FROM --platform=$BUILDPLATFORM local/base:1 AS build
ARG TARGETARCH
COPY . /context
RUN echo "made for $TARGETARCH" > /target
FROM scratch
COPY --from=build /bin/busybox /bin/busybox
COPY --from=build /context/note.txt /target /
`;
const IMAGE = `  mail: { context: services/mail, platforms: [linux/amd64, linux/arm64], test: [/bin/busybox, grep, amd64, /target] }`;

beforeAll(async () => {
  world = await startImageWorld();
  buildKit = await startBuildKit(
    join(world.engine.folder, 'buildkit'),
    world.environment['HOME']!,
    world.engine.host,
  );
  const project = readFileSync(join(world.repository, 'project.yaml'), 'utf8');
  world.commit({
    'project.yaml': project.replace(/^ {2}mail:.*(?:\n {4}.*)*/m, IMAGE),
    'services/mail/Dockerfile': DOCKERFILE,
    'services/mail/note.txt': 'first\n',
  });
});
afterAll(async () => {
  await buildKit?.stop();
  await world?.stop();
});

const apply = (): Promise<CliAnswer> => world.run(['apply', '--json', '--only', 'image:mail']);

interface Manifest {
  manifests?: { digest: string; platform: { os: string; architecture: string } }[];
  config: { digest: string };
  layers: { digest: string }[];
}

const TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

async function read(path: string): Promise<Response> {
  const url = `http://${world.registry.address}/v2/${path}`;
  const answer = await fetch(url, { headers: { Accept: TYPES.join() }, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

/** What lies in the registry under the reference that an apply has told: each platform's configuration and files. */
async function look({ json }: CliAnswer): Promise<Record<string, { config: unknown; files: string }>> {
  const { reference } = json.components.find(({ id }) => id === 'image:mail')!.artifact!;
  const [, name, digest] = /^[^/]+\/([^:@]+).*@(sha256:.*)$/.exec(reference)!;
  const readManifest = async (one: string): Promise<Manifest> =>
    (await (await read(`${name}/manifests/${one}`)).json()) as Manifest;
  const readBlob = async (one: string): Promise<Buffer> =>
    Buffer.from(await (await read(`${name}/blobs/${one}`)).arrayBuffer());
  const { manifests = [] } = await readManifest(digest!);
  const found = manifests.map(async ({ digest: one, platform }) => {
    const { config, layers } = await readManifest(one);
    const files = gunzipSync(await readBlob(layers.at(-1)!.digest)).toString('latin1');
    const read = JSON.parse((await readBlob(config.digest)).toString()) as unknown;
    return [`${platform.os}/${platform.architecture}`, { config: read, files }] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

describe('an image for two platforms', () => {
  test('is published as one index, each platform with its own', async () => {
    const answer = await apply();
    expectFine(answer);
    expect(idsOf(answer, 'built')).toEqual(['image:mail']);
    const found = await look(answer);
    expect(Object.keys(found).sort()).toEqual(['linux/amd64', 'linux/arm64']);
    for (const architecture of ['amd64', 'arm64']) {
      const { config, files } = found[`linux/${architecture}`]!;
      expect(config).toMatchObject({ architecture, os: 'linux', created: '1970-01-01T00:00:00Z' });
      expect(files).toContain(`made for ${architecture}\n`);
    }
  });

  test('is kept by the next run', async () => {
    const { json } = await apply();
    expect(json.components.find(({ id }) => id === 'image:mail')).toMatchObject({ outcome: 'kept' });
  });

  test('is built anew when a file changes, and taken up again when that is reverted', async () => {
    world.commit({ 'services/mail/note.txt': 'second\n' });
    const second = await apply();
    expect(idsOf(second, 'built')).toEqual(['image:mail']);
    const found = await look(second);
    for (const { files } of Object.values(found)) expect(files).toContain('second\n');
    world.git('revert', '--no-edit', 'HEAD');
    expect(idsOf(await apply(), 'built')).toEqual([]);
  });

  test('whose test fails is not published', async () => {
    world.commit({
      'services/mail/Dockerfile': DOCKERFILE.replace('made for', 'without').replace('$TARGETARCH', 'any'),
    });
    const answer = await apply();
    expect(answer.code).toBe(1);
    expect(answer.json.components.find(({ id }) => id === 'image:mail')?.cause).toContain('the test');
  });
});
