import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonTool } from './services/aws-stand-in.ts';

// The checks that Ansible's and Packer's own people would run; yamllint is a check of its own (script/test lint).
const ROOT = join(import.meta.dirname, '../..');

function lint(folder: string, file: string, ...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: join(ROOT, folder),
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return status === 0 ? 'clean' : `${stdout}\n${stderr}`;
}

test('ansible-lint finds nothing in its profile for production', () => {
  expect(
    lint(
      'ansible',
      pythonTool('ansible-lint'),
      '--offline',
      '--strict',
      '--nocolor',
      '--profile',
      'production',
    ),
  ).toBe('clean');
});

test("the machine image's template is one that Packer takes", () => {
  const values = ['source_ami=ami-785db401', 'ami_name=shop-cluster-node-1', 'region=us-west-1'];
  const args = values.flatMap((value) => ['-var', value]);
  expect(lint('.', 'packer', 'validate', ...args, 'packer/cluster-node.pkr.hcl')).toBe('clean');
});
