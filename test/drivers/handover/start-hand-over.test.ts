import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HandedSecret } from '../../../generator/drivers/handover/hand-over-names.ts';
import { startHandOver } from '../../../generator/drivers/handover/start-hand-over.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';
import type { MemorySwarm } from '../../fakes/memory-swarm.ts';

const REVISION = 'c'.repeat(40);
const OWN = { 'millrace.project': 'shop', 'millrace.component': 'stack:jenkins' };
const TOOLS = '127.0.0.1:5000/shop/agent@sha256:1';
const SECRET: HandedSecret = {
  version: 1,
  env: { AWS_SECRET_ACCESS_KEY: 'a-key-of-aws', MILLRACE_SSH_KEY: '/agent/key' },
  files: { MILLRACE_SSH_KEY: 'YS1wcml2YXRlLWtleQ==' },
};

let swarm: MemorySwarm;
let folder: string;
/** Words of the docker client, and references that were pushed. */
let [words, pushed]: [string[], string[]] = [[], []];
beforeEach(() => {
  [words, pushed] = [[], []];
  folder = mkdtempSync(join(tmpdir(), 'millrace-start-hand-over-'));
  swarm = createMemorySwarm();
  swarm.services = [
    {
      ID: 'agent',
      Spec: {
        Name: 'shop-jenkins_deploy-1',
        Labels: OWN,
        TaskTemplate: {
          ContainerSpec: {
            Image: TOOLS,
            Env: ['MILLRACE_SSH_KEY=/run/secrets/nodes_ssh_key'],
            Secrets: [{ SecretName: 'nodes_ssh_key-2', File: { Name: 'nodes_ssh_key' } }],
            Mounts: [{ Type: 'bind', Source: '/var/run/docker.sock', Target: '/var/run/docker.sock' }],
          },
          Networks: [{ Target: 'network-1' }],
        },
      },
    },
  ];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (): Promise<string> =>
  startHandOver(
    {
      ...{ project: 'shop', revision: REVISION, build: '' },
      components: ['infrastructure:cluster', 'stack:jenkins'],
    },
    SECRET,
    {
      engine: swarm,
      clock: { now: () => Date.parse('2030-01-01T08:00:00Z'), sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      processes: {
        run: ({ args }) => {
          words = [...args];
          const Name = args[args.indexOf('--name') + 1]!;
          swarm.services.push({ ID: Name, Spec: { Name, Labels: { ...OWN, 'millrace.job': Name } } });
          return Promise.resolve({ code: 0, signal: null, stdout: '', stderr: '' });
        },
      },
      logIn: () => ({ env: {}, forget: () => undefined }),
      builder: {
        check: () => Promise.resolve(),
        build: () => Promise.resolve(),
        publish: (_, reference) => {
          pushed.push(reference);
          return Promise.resolve('sha256:2');
        },
        forget: () => Promise.resolve(),
      },
      place: { own: true, read: '127.0.0.1:5000', write: '127.0.0.1:5001' },
      stamp: 's',
      folder,
      exportCommit: () => Promise.resolve(),
      log: () => undefined,
    },
  );
/** The values of an option. */
const valuesOf = (option: string): string[] =>
  words.flatMap((word, index) => (word === option ? [words[index + 1]!] : []));

describe('the job outside of Jenkins', () => {
  test('runs the tools with the commit, under a tag of its own', async () => {
    expect(await start()).toBe('millrace-handover-shop-1');
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain(`FROM ${TOOLS}\n`);
    expect(pushed).toEqual([`127.0.0.1:5001/shop/handover:job-20300101T080000Z-${REVISION}`]);
    const [image, ...rest] = words.slice(words.indexOf('millrace') + 1);
    expect(image).toBe('127.0.0.1:5000/shop/handover@sha256:2');
    expect(rest.join(' ')).toBe(
      `handover millrace-handover-shop-1 --rev ${REVISION} --only infrastructure:cluster stack:jenkins`,
    );
  });

  test('gets what the build had as a secret, which nobody sees in its words', async () => {
    await start();
    const [held] = swarm.secrets;
    expect(JSON.parse(Buffer.from(held!.Spec.Data!, 'base64').toString('utf8'))).toEqual(SECRET);
    expect(valuesOf('--secret')).toContain('source=millrace-handover-shop-1,target=handover,mode=0400');
    expect(words.join(' ')).not.toMatch(/a-key-of-aws|YS1wcml2YXRl/);
  });

  test('has what the agent has: secrets under their names there, what names them, its mounts and networks', async () => {
    await start();
    expect(valuesOf('--secret')).toContain('source=nodes_ssh_key-2,target=nodes_ssh_key,mode=0400');
    expect(valuesOf('--env')).toEqual(['MILLRACE_SSH_KEY=/run/secrets/nodes_ssh_key']);
    expect(valuesOf('--mount')).toEqual([
      '"type=bind","source=/var/run/docker.sock","target=/var/run/docker.sock"',
    ]);
    expect(valuesOf('--network')).toEqual(['network-1']);
  });

  test('is not made without tools', async () => {
    swarm.services = [];
    await expect(start()).rejects.toMatchObject({ code: 'NO_TOOLS' });
    expect([swarm.secrets, words, pushed]).toEqual([[], [], []]);
  });
});
