/** Real parts: git, Docker's engine with its Swarm and BuildKit, docker-registry, moto for EC2. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDenied } from '../ansible/policies.ts';
import type { CliAnswer } from './services/cli-run.ts';
import { release, startPruneWorld } from './services/prune-world.ts';
import type { PruneTestWorld } from './services/prune-world.ts';
import { openRepository } from './services/cli-run.ts';

let world: PruneTestWorld;
const actions = ({ json, stderr }: CliAnswer): Record<string, string> => {
  if (json.error) throw new Error(`${json.error.message}\n${stderr}`);
  return Object.fromEntries(json.components.map(({ id, outcome, cause }) => [id, cause ?? outcome]));
};
const apply = async (): Promise<Record<string, string>> => actions(await world.run('apply', '--json'));
/** Digests by the versions that the registry has. */
const hashes: string[] = [];
const hashNow = async (): Promise<string> => {
  const { stdout } = await world.run('hash', '--json');
  const { components } = JSON.parse(stdout) as { components: Record<string, { hash: string }> };
  return components['image:api']!.hash;
};
const deploy = async (files: Record<string, string>): Promise<void> => {
  world.commit(files);
  expect(await apply()).toMatchObject({
    'image:api': 'built',
    'stack:web': expect.stringMatching(/deployed|kept/),
  });
  hashes.push(await hashNow());
};
const TAGS = { 'millrace:project': 'shop', 'millrace:component': 'node', 'millrace:complete': 'true' };
const amis: Record<'old' | 'runs' | 'unfinished' | 'others', string> = {
  old: '',
  runs: '',
  unfinished: '',
  others: '',
};

describe('prune', () => {
  beforeAll(async () => {
    world = await startPruneWorld();
    await deploy(release('1'));
    await deploy(release('2'));
    const third = release('3');
    await deploy(third);
    // Another hash, whose build gave the same bytes.
    world.commit({ 'images/api/Dockerfile': 'FROM local/busybox:1\n# said\nCOPY version data /srv/\n' });
    hashes.push(await hashNow());
    await world.shareManifest(hashes[2]!, hashes[3]!);
    expect(await apply()).toMatchObject({ 'image:api': 'kept' });
    await deploy(release('4'));
    const of = (hash: string) => ({ ...TAGS, 'millrace:hash': hash.repeat(64) });
    amis.old = await world.makeAmi('shop-node-a', of('a'));
    amis.runs = await world.makeAmi('shop-node-b', of('b'));
    amis.unfinished = await world.makeAmi('shop-node-c', { ...of('c'), 'millrace:complete': 'false' });
    amis.others = await world.makeAmi('shop-eu-node-d', { ...of('d'), 'millrace:project': 'shop-eu' });
    await world.startMachine(amis.runs, { 'millrace:project': 'shop' });
  });
  afterAll(() => world?.stop());

  test('removes nothing where it cannot see all of the history, or all that runs', async () => {
    const before = [world.storedBytes(), await world.listAmis()];
    const shallow = mkdtempSync(join(tmpdir(), 'prune-shallow-'));
    world.git('clone', '-q', '--depth', '1', `file://${world.folder}`, join(shallow, 'clone'));
    await expect(world.prune({ root: join(shallow, 'clone') })).rejects.toMatchObject({
      code: 'SHALLOW_HISTORY',
      message: expect.stringContaining('git fetch --unshallow'),
    });
    const broken = join(shallow, 'broken');
    world.git('clone', '-q', world.folder, broken);
    const { git } = openRepository(broken);
    const tree = git('rev-parse', 'HEAD~1');
    rmSync(join(broken, '.git/objects', tree.slice(0, 2), tree.slice(2)), { force: true });
    await expect(world.prune({ root: broken })).rejects.toMatchObject({ code: 'GIT_FAILED' });
    rmSync(shallow, { recursive: true });
    await expect(world.prune({ env: { DOCKER_HOST: 'unix:///nowhere.sock' } })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
    await world.registry.halt();
    await expect(world.prune()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    await world.registry.resume();
    await expect(world.prune({ env: { MILLRACE_ROLE: 'verify' } })).rejects.toMatchObject({
      code: 'NOT_IN_JENKINS',
    });
    expect([world.storedBytes(), await world.listAmis()]).toEqual(before);
  });

  test('keeps what is young', async () => {
    const { report } = await world.prune({ days: 0 });
    expect(report.artifacts.filter(({ action }) => action === 'remove')).toEqual([]);
  });

  test('says what it would do, and does nothing', async () => {
    const before = [world.storedBytes(), await world.listAmis()];
    const { code, report } = await world.prune({ options: { dryRun: true } });
    expect(code).toBe(0);
    expect(report.artifacts.filter(({ action }) => action === 'remove')).toHaveLength(3);
    expect([world.storedBytes(), await world.listAmis()]).toEqual(before);
    await expect(world.prune({ options: { max: '2' } })).rejects.toMatchObject({ code: 'TOO_MANY' });
    expect([world.storedBytes(), await world.listAmis()]).toEqual(before);
  });

  test('removes what nothing needs, frees its bytes, and says of the rest why it stays', async () => {
    const bytes = world.storedBytes();
    world.takeActions();
    const { code, report } = await world.prune();
    expect([code, report.failures]).toEqual([0, []]);
    const actions = world.takeActions();
    expect(actions).toContain('ec2:DeregisterImage');
    expect(findDenied(actions, 'prune')).toEqual([]);
    const removed = report.artifacts.filter((one) => one.removed);
    const gone = removed.filter(({ component }) => component === 'image:api').flatMap(({ names }) => names);
    expect(gone.filter((name) => name.includes(':src-')).sort()).toEqual(
      [hashes[0], hashes[1]].map((hash) => `shop/api:src-${hash}`).sort(),
    );
    expect(removed.find(({ component }) => component === 'ami:node')?.id).toBe(amis.old);
    expect(await world.listAmis()).toEqual(expect.arrayContaining([amis.runs, amis.unfinished, amis.others]));
    expect(await world.listAmis()).not.toContain(amis.old);

    // Two hashes, one digest: that only the later one is needed keeps both.
    const shared = report.artifacts.find(({ names }) => names.includes(`shop/api:src-${hashes[3]}`))!;
    expect(shared).toMatchObject({
      action: 'keep',
      names: expect.arrayContaining([`shop/api:src-${hashes[2]}`]),
    });
    expect(report.artifacts.every(({ reason }) => reason !== '')).toBe(true);

    await world.collectGarbage();
    const freed = bytes - world.storedBytes();
    expect(report.freed.registry).toBeGreaterThan(700_000);
    // Directories of blobs have their own size on the disk.
    expect(Math.abs(freed - report.freed.registry)).toBeLessThan(50_000);
    console.log(`registry: ${bytes} bytes before, ${freed} freed, ${report.freed.registry} foretold`);
  });

  test('is then done', async () => {
    const { report } = await world.prune();
    expect(report.artifacts.filter(({ action }) => action === 'remove')).toEqual([]);
  });

  test('leaves all that a rollback within the last commits needs: nothing is built, also on an empty node', async () => {
    world.git('revert', '--no-edit', 'HEAD');
    world.swarm.docker('image', 'prune', '--all', '--force');
    expect(await apply()).toMatchObject({ 'image:api': 'kept', 'stack:web': 'deployed' });
    expect(world.inside('api', 'cat', '/srv/version')).toBe('3');
  });

  test('cleans the node where its disk is full: what ended, and images, but none that runs or is recent', async () => {
    const repository = `${world.registry.address}/shop/api`;
    const versions = (): string[] =>
      world.swarm.docker('image', 'ls', '--quiet', '--no-trunc', repository).split('\n');
    await deploy(release('5'));
    await deploy(release('6'));
    const before = new Set(versions());
    const { report } = await world.prune({ isDiskFull: true });
    const [node] = report.nodes;
    expect(node!.containers.length).toBeGreaterThan(0);
    expect(node!.images.length).toBeGreaterThan(0);
    expect(new Set(versions()).size).toBeLessThan(before.size);
    expect(world.inside('api', 'cat', '/srv/version')).toBe('6');
    // What the commit before needs is still there.
    world.git('revert', '--no-edit', 'HEAD');
    expect(await apply()).toMatchObject({ 'image:api': 'kept', 'stack:web': 'deployed' });
    expect(world.inside('api', 'cat', '/srv/version')).toBe('5');
  });

  test('a build, which reaches one engine, has each node clean itself by a job, of which nothing is left', async () => {
    await world.addTools();
    const { report } = await world.prune({ env: { MILLRACE_ON_NODE: '1' }, isDiskFull: true });
    expect(report.failures).toEqual([]);
    expect(report.nodes).toHaveLength(1);
    expect(report.nodes[0]!.containers.length).toBeGreaterThan(0);
    expect(world.swarm.docker('service', 'ls', '--format', '{{.Name}}')).not.toContain('prune');
    expect(world.swarm.docker('config', 'ls', '--format', '{{.Name}}')).not.toContain('prune');
    expect(world.inside('api', 'cat', '/srv/version')).toBe('5');
  });
});
