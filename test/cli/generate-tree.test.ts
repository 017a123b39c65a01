import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../generator/cli/generate.ts';
import { createOutput } from '../../generator/report/output.ts';
import { REPOSITORY, readTree } from '../render/read-tree.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-tree-'));
  for (const folder of ['test/samples/shop', 'test/golden/shop.project'])
    cpSync(join(REPOSITORY, folder), root, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const golden = (name: string): Map<string, string> => readTree(join(REPOSITORY, 'test/golden', name));

test('generate leaves the golden tree, the library, their manifest and what was there, and nothing else', async () => {
  const before = readTree(root);
  const stream = { write: () => undefined };
  const output = createOutput({ stdout: stream, stderr: stream }, { json: false, quiet: true, env: {} });
  expect(await command.run({ args: [], options: {}, root, env: {}, output })).toBe(0);

  const generated = new Map([...golden('shop'), ...golden('library')]);
  const { 'jenkins/generated.json': manifest, ...files } = Object.fromEntries(readTree(root));
  expect(files).toEqual(Object.fromEntries([...before, ...generated]));
  expect(JSON.parse(manifest!)).toEqual({
    $comment: expect.stringContaining('`millrace generate`'),
    version: 1,
    files: [...generated.keys()].sort(),
  });
});
