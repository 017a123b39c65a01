import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatRecordTag } from '../../generator/drivers/image/record-tag.ts';
import { pushBaseImage } from './services/base-image.ts';
import { startPipelineWorld } from './services/pipeline-world.ts';
import type { PipelineWorld } from './services/pipeline-world.ts';

/** The generated pipelines themselves, executed against a lab (services/pipeline-world.ts says what is real). */
let world: PipelineWorld;
beforeAll(async () => {
  world = await startPipelineWorld();
});
afterAll(() => world?.stop());

const PAGE = 'services/hello/index.html';
const lines = (text: string): string[] => text.trim().split('\n').sort();

async function tagsOf(image: string): Promise<string[]> {
  const answer = await fetch(`http://${world.registry}/v2/platform/${image}/tags/list`);
  return answer.status === 404 ? [] : ((await answer.json()) as { tags: string[] }).tags.sort();
}
const hashOf = async (image: string): Promise<string> => {
  const { stdout } = await world.run('hash', '--json');
  const { components } = JSON.parse(stdout) as { components: Record<string, { hash: string }> };
  return components[`image:${image}`]!.hash;
};
/** Each service of the Swarm with its version, which every write raises, and its image. */
async function services(): Promise<string[]> {
  const format = '{{.Spec.Name}} {{.Version.Index}} {{.Spec.TaskTemplate.ContainerSpec.Image}}';
  const ids = lines(await world.docker('service', 'ls', '--quiet'));
  return lines(await world.docker('service', 'inspect', '--format', format, ...ids));
}
const others = (all: readonly string[]): string[] => all.filter((one) => !one.includes('_hello '));
/** What the service answers, asked in its newest container. */
async function visit(): Promise<string> {
  const filter = 'label=com.docker.swarm.service.name=platform-hello_hello';
  const [newest] = (await world.docker('ps', '--quiet', '--filter', filter)).split('\n');
  return world.docker('exec', newest!, 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/');
}
const pending = async (): Promise<number | null> => (await world.run('plan', '--detailed-exitcode')).code;
const apply = (id: string): [string, string] => ['deploy', `millrace apply --plan plan.json --only ${id}`];
/** The commands of every delivery, those that carry the plan out between them. */
const commands = (...carriedOut: [string, string][]): [string, string][] => [
  ['build', 'millrace validate'],
  ['build', 'millrace generate --check'],
  ['deploy', 'millrace plan --json > plan.json'],
  ...carriedOut,
  ['deploy', 'millrace status'],
];

describe("the project's own Jenkinsfile, on the trusted branch", () => {
  test('builds and deploys what is not there yet, and a second time nothing', async () => {
    expect(await pending()).toBe(2);
    const first = await world.deliver('deliver');
    expect(first).toMatchObject({ result: 'SUCCESS', error: null });
    expect(first.commands).toEqual(commands(apply('image:hello'), apply('stack:hello')));
    expect(await tagsOf('hello')).toContain(`src-${await hashOf('hello')}`);
    expect(await visit()).toContain('version 1');
    expect(await pending()).toBe(0);

    const [running, tags] = [await services(), await tagsOf('hello')];
    const again = await world.deliver('deliver');
    expect(again).toMatchObject({ result: 'SUCCESS', skipped: ['Build', 'Deploy'], mails: [] });
    expect(again.commands).toEqual(commands());
    expect(again.log).toContain('Plan: 6 keep\nKept:\n  image:hello: ');
    expect(await services()).toEqual(running);
    expect(await tagsOf('hello')).toEqual(tags);
  });

  test('builds and deploys the one image that a commit changes, and touches no other service', async () => {
    const before = await services();
    const controllers = await tagsOf('jenkins-controller');
    world.commit({ [PAGE]: 'hello, version 2\n' });
    const { result, commands: run, log } = await world.deliver('deliver');
    expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
    expect(run).toEqual(commands(apply('image:hello'), apply('stack:hello')));
    expect(await visit()).toContain('version 2');
    const after = await services();
    expect(others(after)).toEqual(others(before));
    expect(after).not.toEqual(before);
    expect(await tagsOf('hello')).toContain(`src-${await hashOf('hello')}`);
    expect(await tagsOf('jenkins-controller')).toEqual(controllers);
    expect(await pending()).toBe(0);
  });

  test('fails where a test fails, publishes and deploys nothing of it, and tells people why', async () => {
    const [before, tags] = [await services(), await tagsOf('hello')];
    world.commit({ [PAGE]: '' });
    const build = await world.deliver('deliver');
    const reason = 'the test ["sh","-c","test -s /srv/index.html"] ended with exit code 1';
    expect(build).toMatchObject({ result: 'FAILURE', error: 'script returned exit code 1' });
    expect(build.stages).toMatchObject({ Plan: 'SUCCESS', Build: 'FAILURE', 'image:hello': 'FAILURE' });
    expect(build.skipped).toEqual(['Deploy', 'Verify']);
    expect(build.log).toContain(reason);
    expect(build.mails).toMatchObject([
      { to: 'ops@example.com', subject: 'platform/deliver/deliver #4: failed' },
    ]);
    expect(build.mails[0]!.body).toContain(reason);
    expect(await tagsOf('hello')).toEqual(tags);
    expect(tags.join(' ')).not.toContain(await hashOf('hello'));
    expect(await services()).toEqual(before);
    expect(await visit()).toContain('version 2');

    world.git('revert', '--no-edit', 'HEAD');
    const back = await world.deliver('deliver');
    expect(back).toMatchObject({
      result: 'SUCCESS',
      mails: [{ subject: 'platform/deliver/deliver #5: works again' }],
    });
    expect(back.commands).toEqual(commands());
  });
});

test('of a branch it builds and tests what the branch changes; nothing is published or deployed', async () => {
  const [before, tags] = [await services(), await tagsOf('hello')];
  world.git('checkout', '-q', '-b', 'feature');
  world.commit({ [PAGE]: 'hello, version 3\n' });
  const { result, log, commands: run, skipped } = await world.verify('feature');
  expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
  expect(skipped).toEqual(['Deploy', 'Verify']);
  expect(run.at(-1)).toEqual(['build', 'millrace apply --plan plan.json --only image:hello']);
  expect(log).toContain('[image:hello] > testing');
  expect(await tagsOf('hello')).toEqual(tags);
  expect(await services()).toEqual(before);
  world.git('checkout', '-q', 'main');
});

test('the pipeline prune says what it would free, then frees it, and keeps what runs or may be gone back to', async () => {
  const kept = await tagsOf('hello');
  const [hash, longAgo] = ['f'.repeat(64), Date.now() - 40 * 86_400_000];
  const old = [`src-${hash}`, formatRecordTag(hash, null, longAgo)].sort();
  for (const tag of old) await pushBaseImage(world.registry, 'platform/hello', tag, { note: 'old' });
  const before = await services();

  const dry = await world.deliver('prune', { DRY_RUN: true });
  expect(dry).toMatchObject({ result: 'SUCCESS', stages: { Prune: 'SUCCESS' } });
  expect(dry.commands).toEqual([['deploy', 'millrace prune --dry-run']]);
  expect(dry.log).toMatch(/^platform: 1 of \d+ artifacts would be removed, /m);
  expect(await tagsOf('hello')).toEqual([...kept, ...old].sort());

  const { result, log } = await world.deliver('prune', { DRY_RUN: false });
  expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
  expect(log).toMatch(/^remove +image:hello +built-\w+ +nothing needs it$/m);
  expect(log).toMatch(/^keep +image:hello +built-\w+ +service platform-hello_hello runs it$/m);
  expect(log).toMatch(/^node \S+: 0 containers, /m);
  expect(log).toMatch(/^platform: 1 of \d+ artifacts removed, by what 5 commits of the branch need; /m);
  expect(await tagsOf('hello')).toEqual(kept);
  expect(await services()).toEqual(before);
  expect(await pending()).toBe(0);
});

test('it builds its own controller, and hands it over to a job outside, which has the commit', async () => {
  const before = await services();
  const path = 'jenkins-image/Dockerfile';
  const text = readFileSync(join(world.folder, path), 'utf8');
  world.commit({ [path]: text.replace('# With the slash:', 'LABEL edition="2"\n# With the slash:') });
  const { result, log, commands: run } = await world.deliver('deliver');
  expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
  expect(run).toEqual(commands(apply('image:jenkins-controller'), apply('stack:jenkins')));
  expect(log).toMatch(/^\[stack:jenkins\] handed over /m);
  expect(await tagsOf('jenkins-controller')).toContain(`src-${await hashOf('jenkins-controller')}`);
  const head = world.git('rev-parse', 'HEAD');
  const [job, ...more] = await tagsOf('handover');
  expect([job, more]).toEqual([expect.stringMatching(new RegExp(`^job-\\w+-${head}$`)), []]);
  // The build itself does not touch its Jenkins. How the job ends is shown by hand-over.test and platform.test.
  const [started, ...rest] = await services();
  expect(started).toMatch(/^millrace-handover-platform-1 /);
  expect(rest).toEqual(before);
});
