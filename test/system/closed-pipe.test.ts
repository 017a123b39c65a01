import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCli } from './services/built-cli.ts';

test('nobody reading on, as in `millrace generate --diff | head`, is no failure', async () => {
  const { file } = await buildCli();
  const root = mkdtempSync(join(tmpdir(), 'closed-pipe-'));
  try {
    writeFileSync(
      join(root, 'project.yaml'),
      'project: shop\njobs: { many: { template: "job-{n}", for: { n: 1..3000 }, steps: [ { sh: "true" } ] } }\n',
    );
    const child = spawn('node', [file, 'generate', '--diff'], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, errors }).toEqual({ code: 0, errors: expect.not.stringContaining('EPIPE') });
  } finally {
    rmSync(root, { recursive: true });
  }
});
