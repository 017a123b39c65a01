/** Parts that are missing, refuse or stumble: one line that says why and what to do, and never a wrong “keep”. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { causeOf, useAppliedImages } from './services/applied-images.ts';
import { idsOf } from './services/image-world.ts';
import { REGISTRY_USER, startRegistry } from './services/registry.ts';

const applied = useAppliedImages();
const { apply, expectOneLine } = applied;

describe('a part that is missing', () => {
  test('no engine: nothing is begun', async () => {
    applied.world.commit({ 'services/mail/note.txt': 'y' });
    const answer = await apply({ DOCKER_HOST: 'unix:///nowhere.sock' });
    expectOneLine(answer);
    expect(answer.json.error).toEqual({
      code: 'NO_DOCKER',
      message:
        'Cannot connect to the Docker daemon at unix:///nowhere.sock; start it, or name one with DOCKER_HOST',
      problems: [],
    });
  });

  test('no client, or only one without BuildKit', async () => {
    applied.world.commit({ 'services/mail/note.txt': 'y' });
    const folder = mkdtempSync(join(tmpdir(), 'clients-'));
    mkdirSync(join(folder, 'bin'));
    const git = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
    writeFileSync(join(folder, 'bin/git'), `#!/bin/sh\nexec ${git} "$@"\n`, { mode: 0o755 });
    const none = await apply({ PATH: join(folder, 'bin') });
    expect(none.json.error).toMatchObject({ code: 'NO_DOCKER' });
    // A stand-in for a client of today without its plugin.
    const client =
      '#!/bin/sh\n[ "$1" = version ] || exit 1\necho \'{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.2.2"}}\'\n';
    writeFileSync(join(folder, 'bin/docker'), client, { mode: 0o755 });
    const old = await apply({ PATH: join(folder, 'bin') });
    rmSync(folder, { recursive: true });
    expectOneLine(old);
    expect(old.json.error!.code).toBe('NO_BUILDKIT');
    expect(old.json.error!.message).toMatch(
      /found .*bin\/docker \(28\.2\.2\) without buildx; install docker-buildx-plugin/,
    );
  });

  test('several platforms without buildx', async () => {
    const project = readFileSync(join(applied.world.repository, 'project.yaml'), 'utf8');
    applied.world.commit({
      'project.yaml': project.replace(
        'context: services/mail',
        'context: services/mail, platforms: [linux/amd64, linux/arm64]',
      ),
    });
    // Debian's client alone, which has none.
    const answer = await apply({ PATH: `/usr/bin:/bin:${join(process.execPath, '..')}` });
    expectOneLine(answer);
    expect(answer.json.error).toMatchObject({ code: 'NO_MULTI_PLATFORM' });
  });
});

describe('a registry', () => {
  test('that is not there', async () => {
    const answer = await apply({ MILLRACE_REGISTRY: '127.0.0.1:1' });
    expectOneLine(answer);
    expect(answer.json.error).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });

  test('of the project’s own that is not there yet', async () => {
    const project = readFileSync(join(applied.world.repository, 'project.yaml'), 'utf8');
    applied.world.commit({ 'project.yaml': project.replace(/^registry:.*\n/m, '') });
    const answer = await apply({ MILLRACE_REGISTRY: undefined });
    expectOneLine(answer);
    expect(answer.json.error!.message).toMatch(
      /own registry does not answer at 127\.0\.0\.1:5000; .*--lab.*registry\.url/,
    );
  });

  test('that wants other credentials; with the right ones, from the environment, everything is built through it', async () => {
    const guarded = await startRegistry({ password: true });
    try {
      const place = { MILLRACE_REGISTRY: guarded.address };
      const without = await apply(place);
      expectOneLine(without);
      expect(without.json.error).toMatchObject({ code: 'REGISTRY_DENIED' });
      const login = (password: string): Record<string, string> => ({
        MILLRACE_REGISTRY_USERNAME: REGISTRY_USER.username,
        MILLRACE_REGISTRY_PASSWORD: password,
      });
      expect((await apply({ ...place, ...login('wrong') })).json.error).toMatchObject({
        code: 'REGISTRY_DENIED',
      });
      // Children are pulled from it, too. The password is in no output, and in no file that outlives the run.
      const run = applied.world.start(['apply', '--json'], { ...place, ...login(REGISTRY_USER.password) });
      const answer = await run.ended;
      expect([answer.code, idsOf(answer, 'built').length]).toEqual([0, 7]);
      expect(answer.stdout + answer.stderr).not.toContain(REGISTRY_USER.password);
      expect(readdirSync(tmpdir()).filter((name) => name.includes(`-${run.pid}-`))).toEqual([]);
    } finally {
      await guarded.stop();
    }
  });

  test('with a manifest under the hash that is broken is no “keep”', async () => {
    const { hash } = (await apply({}, '--only', 'image:mail')).json.components[0]!;
    applied.world.proxy.inject({
      path: new RegExp(`services/mail/manifests/src-${hash}`),
      fault: { kind: 'edit', body: (body) => body.subarray(0, 40) },
    });
    const answer = await apply({}, '--only', 'image:mail');
    expectOneLine(answer);
    expect(answer.json.error!.code).toBe('BROKEN_ARTIFACT');
    expect(answer.json.error!.message).toMatch(
      /^image:mail: .*services\/mail:src-[0-9a-f]{64} cannot be used: .*; delete that tag, or rebuild with `millrace lock --bump image:mail`$/,
    );
  });

  test('that stumbles while an image is pushed is asked again', async () => {
    applied.world.commit({ 'services/mail/note.txt': 'stumble' });
    applied.world.proxy.inject(
      { method: 'PATCH', path: /services\/mail/, fault: { kind: 'reset' } },
      { method: 'PUT', path: /services\/mail\/manifests/, fault: { kind: 'status', status: 503 } },
      { method: 'PUT', path: /services\/mail\/manifests\/src-/, fault: { kind: 'reset', after: 'work' } },
    );
    const answer = await apply({}, '--only', 'image:mail');
    expect([answer.code, idsOf(answer, 'built')]).toEqual([0, ['image:mail']]);
    expect(applied.world.proxy.requests.filter(({ fault }) => fault !== undefined)).toHaveLength(3);
  });

  test('that goes down in the middle of a push: one line, no hash, and the next run completes', async () => {
    applied.world.commit({ 'services/mail/note.txt': 'down' });
    applied.world.proxy.inject({
      method: 'PUT',
      path: /services\/mail\/manifests\/built-/,
      times: 50,
      fault: { kind: 'status', status: 500 },
    });
    const answer = await apply({}, '--only', 'image:mail');
    expect(answer.code).toBe(1);
    expect(causeOf(answer, 'image:mail')).toMatch(/is the registry up, and reachable from the engine\?$/);
    expect(applied.world.mutations().filter((request) => request.includes('/manifests/src-'))).toEqual([]);
    applied.world.proxy.clear();
    expect(idsOf(await apply({}, '--only', 'image:mail'), 'built')).toEqual(['image:mail']);
  });
});
