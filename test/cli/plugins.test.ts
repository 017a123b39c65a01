import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { command } from '../../generator/cli/plugins.ts';
import { createTextOutput } from '../fakes/text-output.ts';

let root: string;
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
const pins = (): string[] =>
  readFileSync(join(root, 'jenkins-image/plugins.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/** A document as an update center's: these plugins, at these versions, git with its needs. */
function offer(versions: Record<string, string>, warnings: object[] = []): void {
  const plugins = Object.entries(versions).map(([name, version]) => {
    const dependencies = name === 'git' ? [{ name: 'scm-api', version: '1' }] : [];
    return [name, { name, version, requiredCore: '2.500', dependencies }];
  });
  write('center.json', JSON.stringify({ plugins: Object.fromEntries(plugins), warnings }));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-plugins-'));
  mkdirSync(join(root, 'jenkins-image'));
  write('jenkins-image/plugins.yaml', 'plugins: [git]\n');
  write('jenkins-image/Dockerfile', 'FROM jenkins/jenkins:2.568.2-lts-jdk21 AS controller\n');
  offer({ git: '5.10.1', 'scm-api': '728.v1', unrelated: '1' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(
  options: Record<string, unknown> = {},
  args = ['lock'],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = createTextOutput({ json: options['json'] === true });
  const all = { folder: 'jenkins-image', updateCenter: join(root, 'center.json'), ...options };
  const code = await command.run({ args, options: all, root, env: {}, output: said.output });
  return { code, stdout: said.stdout(), stderr: said.stderr() };
}

describe('plugins lock', () => {
  test('writes the closure at the versions that are offered; again, nothing', async () => {
    const first = await run();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toBe(
      `+ git 5.10.1\n+ scm-api 728.v1\n${join(root, 'jenkins-image/plugins.txt')} is written: 2 plugins.\n`,
    );
    expect(pins()).toEqual(['git:5.10.1', 'scm-api:728.v1']);
    expect((await run()).stdout).toContain('is up to date: 2 plugins.');
  });

  test('says what moved', async () => {
    write('jenkins-image/plugins.txt', '# old\ngit:5.9\nscm-api:728.v1\ngone:1\n');
    expect((await run()).stdout).toMatch(/^ {2}git 5\.9 → 5\.10\.1\n- gone 1\n/);
  });

  test('as JSON has who needs what', async () => {
    const { stdout } = await run({ json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      core: '2.568.2',
      plugins: [
        { name: 'git', version: '5.10.1', neededBy: [] },
        { name: 'scm-api', neededBy: ['git'] },
      ],
      moved: ['+ git 5.10.1', '+ scm-api 728.v1'],
      warnings: [],
    });
  });

  test('tells security warnings of what it pins, and pins it', async () => {
    const warning = { id: 'SECURITY-9', type: 'plugin', name: 'git', message: 'Bad', url: 'https://x' };
    offer({ git: '5.10.1', 'scm-api': '1' }, [{ ...warning, versions: [{ pattern: '5[.].*' }] }]);
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([0, 'warning: git 5.10.1: Bad (SECURITY-9, https://x)\n']);
    expect((await run({ check: true })).code).toBe(1);
  });

  test('that cannot be closed changes nothing, and says each cause', async () => {
    write('jenkins-image/plugins.yaml', 'plugins: [git, nothing]\n');
    offer({ git: '5' });
    await expect(run()).rejects.toMatchObject({
      code: 'PLUGIN_CONFLICT',
      message: '2 plugins cannot be had together; nothing was written',
    });
    expect(existsSync(join(root, 'jenkins-image/plugins.txt'))).toBe(false);
  });

  test.each<[string, () => void, Record<string, unknown>, RegExp]>([
    [
      'no list',
      () => rmSync(join(root, 'jenkins-image/plugins.yaml')),
      {},
      /plugins\.yaml: expected .*, found no such file/,
    ],
    [
      'a list of other things',
      () => write('jenkins-image/plugins.yaml', 'plugins: [1]\n'),
      {},
      /found another thing at plugins\.0/,
    ],
    [
      'no base image',
      () => write('jenkins-image/Dockerfile', 'FROM debian\n'),
      {},
      /name the version with --core/,
    ],
    ['no document', () => rmSync(join(root, 'center.json')), {}, /expected a file, or an address/],
    [
      'a server that refuses',
      () => undefined,
      { updateCenter: 'http://127.0.0.1:1024/x' },
      /connection refused/,
    ],
  ])('with %s ends in one line', async (_what, change, options, message) => {
    change();
    await expect(run(options)).rejects.toThrow(message);
  });

  test('another action is none', () =>
    expect(run({}, ['unlock'])).rejects.toThrow('expected lock, found "unlock"'));

  test('reads an address', async () => {
    const text = readFileSync(join(root, 'center.json'), 'utf8');
    const server = createServer((_request, response) => response.end(`updateCenter.post(\n${text}\n);`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect((await run({ updateCenter: `http://127.0.0.1:${port}/update-center.json` })).code).toBe(0);
    server.close();
    expect(pins()).toHaveLength(2);
  });
});

describe('plugins lock --check', () => {
  test('is content with older versions, and not with another set', async () => {
    write('jenkins-image/plugins.txt', 'git:5.9\nscm-api:728.v1\n');
    const behind = await run({ check: true });
    expect(behind).toMatchObject({ code: 0, stdout: expect.stringContaining('git 5.9 → 5.10.1') });
    expect(pins()).toEqual(['git:5.9', 'scm-api:728.v1']);
    write('jenkins-image/plugins.txt', 'git:5.10.1\n');
    expect(await run({ check: true })).toMatchObject({ code: 1 });
    expect(pins()).toEqual(['git:5.10.1']);
  });
});
