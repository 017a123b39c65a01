import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readBoot, readProcess } from '../../generator/adapters/read-process.ts';
import { labEnvironment } from '../../generator/lab/lab-environment.ts';
import { labFolder, makeLabFolder, writeLabState } from '../../generator/lab/lab-state.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-environment-'));
  makeLabFolder(labFolder(root));
});
afterEach(() => {
  rmSync(labFolder(root), { recursive: true });
  rmSync(root, { recursive: true });
});

test('no client of AWS is led out of the lab by an endpoint or a profile of somebody’s own', () => {
  const server = { pid: process.pid, started: readProcess(process.pid)!.start, boot: readBoot()! };
  writeLabState(labFolder(root), {
    version: 1,
    root,
    registry: { address: '127.0.0.1:1', server },
    aws: { endpoint: 'http://127.0.0.1:2', account: '123456789012', server },
    engine: { host: 'unix:///run/docker.sock' },
  });
  const environment = labEnvironment(root);
  expect(environment).toMatchObject({ AWS_ENDPOINT_URL: 'http://127.0.0.1:2', AWS_ACCESS_KEY_ID: 'lab' });
  for (const own of ['EC2', 'IAM', 'S3', 'STS'])
    expect(Object.entries(environment)).toContainEqual([`AWS_ENDPOINT_URL_${own}`, undefined]);
  for (const own of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'])
    expect(Object.entries(environment)).toContainEqual([own, undefined]);
});

test('a lab that is not up is one line', () => {
  expect(() => labEnvironment(root)).toThrow('the lab of this repository is not up; run `millrace lab up`');
});
