import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { REPOSITORY, readTree } from '../render/read-tree.ts';
import { startGroovy } from './groovy/start-groovy.ts';
import type { Call, Groovy, Recorded } from './groovy/start-groovy.ts';
import { renderYaml } from './injection/render-yaml.ts';

let groovy: Groovy;
beforeAll(() => {
  groovy = startGroovy();
});
afterAll(() => groovy.stop());

/** Executes files; a class of more than the JVM takes, or a constant of more than 65,535 bytes, does not compile. */
async function runAll(files: ReadonlyMap<string, string>): Promise<Call[]> {
  const { files: recorded } = await groovy.run([...files.values()]);
  const errors = recorded.flatMap((one: Recorded, index) =>
    'error' in one ? [`${[...files.keys()][index]}: ${one.error.slice(0, 300)}`] : [],
  );
  expect(errors).toEqual([]);
  return recorded.flatMap((one) => ('calls' in one ? one.calls : []));
}

const keep = (files: ReadonlyMap<string, string>, pattern: RegExp): Map<string, string> =>
  new Map([...files].filter(([path]) => pattern.test(path)));
const groovyOnly = /\.groovy$/;
const namesOf = (calls: readonly Call[]): unknown[] =>
  calls.filter(([name]) => name === 'pipelineJob').map(([, [name]]) => name);
const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const step = { steps: [{ sh: 'true' }] };
const wide = {
  ...step,
  description: 'x'.repeat(1000),
  schedule: 'H 1 * * *',
  parameters: Object.fromEntries(
    repeat(25, (index) => [
      `P${index}`,
      { type: 'choice', choices: repeat(20, (choice) => `choice ${choice}`), description: 'what it is' },
    ]),
  ),
};

describe('generated Groovy', () => {
  test.each(['minimal', 'platform', 'shop', 'hostile'])(
    'of the golden tree %s compiles and runs',
    async (name) => {
      const files = keep(readTree(join(REPOSITORY, 'test/golden', name)), /Jenkinsfile$|\.groovy$/);
      expect(files.size).toBeGreaterThan(4);
      await runAll(files);
    },
  );

  test('makes each of 5,000 jobs once, in files that the JVM can hold', async () => {
    const jobs = { checks: { ...step, template: 'check-{n}', for: { n: '1..5000' } } };
    const files = keep(renderYaml({ project: 'shop', jobs }), groovyOnly);
    expect(files.size).toBe(6);
    const own = namesOf(await runAll(files)).filter((name) => String(name).includes('check-'));
    expect(own).toEqual(repeat(5000, (index) => `shop/deliver/check-${index + 1}`));
  });

  test('holds 1,000 jobs of a template that differ in all that they may, with many parameters, in one file', async () => {
    const all = { description: '{n}', schedule: '# {n}\nH 1 * * *', agent: 'a{n}' };
    const jobs = { wide: { ...wide, ...all, template: 'wide-{n}', for: { n: '1..1000' } } };
    const files = keep(renderYaml({ project: 'shop', jobs }), groovyOnly);
    expect([...files.keys()]).toEqual(['jenkins/jobs.groovy', 'jenkins/jobs/wide_001.groovy']);
    const calls = await runAll(files);
    expect(namesOf(calls)).toHaveLength(3 + 1000);
    expect(JSON.stringify(calls.at(-1))).toContain('["scriptPath",["jenkins/wide/a1000.Jenkinsfile"]]');
  });

  test('holds 100 jobs of their own in jobs.groovy', async () => {
    const jobs = Object.fromEntries(repeat(100, (index) => [`own-${index}`, wide]));
    const files = keep(renderYaml({ project: 'shop', jobs }), groovyOnly);
    expect(namesOf(await runAll(files))).toHaveLength(3 + 100);
  });

  test('holds the longest texts, of characters that take three bytes each', async () => {
    const long = '日'.repeat(20_000);
    const environment = { [`V${'A'.repeat(200)}`]: long };
    const jobs = {
      long: { description: long, environment, steps: repeat(10, () => ({ sh: long, name: long })) },
    };
    await runAll(keep(renderYaml({ project: 'shop', jobs }), /long\.Jenkinsfile$|\.groovy$/));
  });

  test('holds the longest texts in rows, and in the table of a template', async () => {
    const long = '日'.repeat(19_000);
    const fields = { description: '{n}{long}', environment: { A: '{long}' }, template: 'a-{n}' };
    const jobs = { long: { ...step, ...fields, for: { n: '1..50', long: [long] } } };
    const calls = await runAll(keep(renderYaml({ project: 'shop', jobs }), /long\.json$|\.groovy$/));
    const row = calls.find(([name, args]) => name === 'row' && args[0] === 'a-50');
    expect(row![1]).toEqual(['a-50', 'N=50', `LONG=${long}`, `A=${long}`]);
    expect(namesOf(calls)).toHaveLength(3 + 50);
  });
});
