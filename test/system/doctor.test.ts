import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Finding } from '../../generator/report/finding-table.ts';
import { buildCli } from './services/built-cli.ts';
import type { BuiltCli } from './services/built-cli.ts';

const FILES = {
  'project.yaml': `project: shop
aws: { region: eu-central-1, accounts: ["123456789012"] }
registry: { url: "registry.invalid:5000" }
images: { api: { context: api } }
amis: { node: { template: node.pkr.hcl, source: { owner: self, name: debian } } }
infrastructure: { cluster: { deploy: d.yml, destroy: e.yml, amis: [node] } }
stacks: { web: { file: web.yml }, more: { file: web.yml, on: cluster } }
`,
  'api/Dockerfile': 'FROM scratch\n',
  'node.pkr.hcl': '',
  'd.yml': '',
  'e.yml': '',
  'web.yml': 'services: { web: { image: shop/api, secrets: [key] } }\nsecrets: { key: { external: true } }\n',
};

let cli: BuiltCli;
let folder: string;
beforeAll(async () => {
  cli = await buildCli();
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an empty machine without a network is told in time what it lacks, and nothing is a bug', () => {
  const before = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli.file, 'doctor', '--json'], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: join(folder, 'nothing'),
      HOME: folder,
      DOCKER_HOST: `unix://${join(folder, 'none.sock')}`,
      // Nobody answers at this one (RFC 5737).
      AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://192.0.2.1',
      AWS_ENDPOINT_URL: 'http://192.0.2.1',
    },
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  // With the start of the program, and on a machine that does other things, too.
  expect(Date.now() - before).toBeLessThan(15_000);
  const { findings, ready } = JSON.parse(stdout) as { findings: Finding[]; ready: boolean };
  expect(ready).toBe(false);
  const lacking = new Set(findings.filter(({ state }) => state === 'missing').map(({ check }) => check));
  for (const check of ['git', 'ssh', 'docker', 'swarm', 'packer', 'ansible', 'registry', 'pins'])
    expect([...lacking]).toContain(check);
});

test('a person gets one line for each, what is missing at the end', () => {
  const env = { ...process.env, NODE_OPTIONS: '', AWS_EC2_METADATA_DISABLED: 'true' };
  const { stdout } = spawnSync(process.execPath, [cli.file, 'doctor'], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  expect(stdout).toMatch(/^✓ git +git [0-9.]+$/m);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^✗ /);
});
