import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * A stand-in for an upstream image: one layer with busybox and its programs, for linux/amd64; the same bytes, and so the
 * same digest, each time.
 * @param registry `127.0.0.1:PORT`
 * @param note a line in /etc/release; another line is another digest
 * @param python whether it also has this machine's Debian Python, for samples that talk to each other
 * @returns the digest of its manifest
 */
export async function pushBaseImage(
  registry: string,
  name: string,
  tag: string,
  { note = '1', python = false }: { note?: string; python?: boolean } = {},
): Promise<string> {
  const layer = makeLayer((root) => {
    writeFileSync(join(root, 'etc/release'), `${note}\n`);
    if (python) copyPython(root);
  });
  return pushImage(registry, name, tag, layer, { Env: ['PATH=/bin'] });
}

/** A layer as a registry takes it. */
export interface Layer {
  /** Digest of the archive before it was compressed. */
  diffId: string;
  compressed: Buffer;
}

export function compressLayer(archive: Buffer, level?: number): Layer {
  return {
    diffId: digestOf(archive),
    compressed: gzipSync(archive, level === undefined ? {} : { level }),
  };
}

/**
 * @param layers lowest first; an archive alone is an image of one layer
 * @param run its configuration (OCI image-spec, config.md)
 * @returns the digest of its manifest
 */
export async function pushImage(
  registry: string,
  name: string,
  tag: string,
  layers: Buffer | readonly Layer[],
  run: Record<string, unknown>,
): Promise<string> {
  const all = Buffer.isBuffer(layers) ? [compressLayer(layers)] : layers;
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: run,
    rootfs: { type: 'layers', diff_ids: all.map(({ diffId }) => diffId) },
  });
  for (const blob of [Buffer.from(config), ...all.map((one) => one.compressed)])
    await pushBlob(registry, name, blob);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPE('manifest'),
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...describe(Buffer.from(config)) },
    layers: all.map(({ compressed }) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      ...describe(compressed),
    })),
  });
  const answer = await fetch(`http://${registry}/v2/${name}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'Content-Type': TYPE('manifest') },
    body: manifest,
  });
  if (!answer.ok) throw new Error(`the registry refused the base image: ${await answer.text()}`);
  return digestOf(Buffer.from(manifest));
}

const TYPE = (what: string): string => `application/vnd.docker.distribution.${what}.v2+json`;

/** A layer with busybox and its programs, and what `fill` puts beside them. @returns a tar archive */
export function makeLayer(fill: (root: string) => void): Buffer {
  return packLayer((root) => {
    for (const folder of ['bin', 'etc', 'tmp']) mkdirSync(join(root, folder));
    copyFileSync('/usr/bin/busybox', join(root, 'bin/busybox'));
    const programs = spawnSync('busybox', ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n');
    for (const program of programs)
      if (program !== 'busybox') symlinkSync('busybox', join(root, 'bin', program));
    fill(root);
  });
}

/** A layer of what `fill` puts into a folder, owned by root; the same bytes each time. @returns a tar archive */
export function packLayer(fill: (root: string) => void): Buffer {
  const root = mkdtempSync(join(tmpdir(), 'millrace-base-'));
  try {
    fill(root);
    const args = [
      '--create',
      '--sort=name',
      '--mtime=@0',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--format=ustar',
    ];
    const { status, stdout, stderr } = spawnSync('tar', [...args, '-C', root, '.'], {
      maxBuffer: 768 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`tar: ${stderr.toString()}`);
    return stdout;
  } finally {
    rmSync(root, { recursive: true });
  }
}

const PYTHON = '/usr/lib/python3.11';
/** What no service needs is two thirds of it. */
const UNUSED = [
  'test',
  'lib2to3',
  'idlelib',
  'tkinter',
  'ensurepip',
  'dist-packages',
  'config-*',
  '__pycache__',
];

/** The interpreter, its library, and the shared objects that either names. */
export function copyPython(root: string): void {
  const copy = (...args: string[]): void => {
    const { status, stderr } = spawnSync('cp', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`cp: ${stderr}`);
  };
  const places = ['usr/bin', 'usr/lib', 'lib/x86_64-linux-gnu', 'lib64'];
  for (const folder of places) mkdirSync(join(root, folder), { recursive: true });
  copy('--dereference', '/usr/bin/python3', join(root, 'usr/bin/python3'));
  copy('--recursive', '--dereference', PYTHON, join(root, 'usr/lib'));
  const found = UNUSED.flatMap((name) => ['-o', '-name', name]).slice(1);
  spawnSync('find', [join(root, PYTHON), '(', ...found, ')', '-prune', '-exec', 'rm', '-r', '{}', '+']);
  const libraries = spawnSync('ldd', ['/usr/bin/python3'], { encoding: 'utf8' }).stdout;
  for (const [path] of libraries.matchAll(/\/lib\S+/g)) copy('--dereference', path, join(root, path));
  symlinkSync('../usr/bin/python3', join(root, 'bin/python3'));
}

async function pushBlob(registry: string, name: string, blob: Buffer): Promise<void> {
  const digest = digestOf(blob);
  const there = await fetch(`http://${registry}/v2/${name}/blobs/${digest}`, { method: 'HEAD' });
  if (there.ok) return;
  const begun = await fetch(`http://${registry}/v2/${name}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location')!, `http://${registry}`);
  place.searchParams.set('digest', digest);
  const body = new Uint8Array(blob);
  const answer = await fetch(place, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    body,
  });
  if (!answer.ok) throw new Error(`the registry refused a blob: ${await answer.text()}`);
}

function describe(blob: Uint8Array): { size: number; digest: string } {
  return { size: blob.length, digest: digestOf(blob) };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
