import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

// Type information is off: a text that is no file of the project has none, and the layout's rules need none.
const eslint = new ESLint({
  overrideConfig: [
    { ...tseslint.configs.disableTypeChecked, languageOptions: { parserOptions: { projectService: false } } },
    { rules: { '@typescript-eslint/no-unused-vars': 'off' } },
  ] as ESLint.Options['overrideConfig'],
});

/** The messages that ESLint has for `text` as if it were the file `path`. */
async function lint(path: string, text: string): Promise<string[]> {
  const results = await eslint.lintText(text, { filePath: path });
  return results.flatMap((result) => result.messages.map((message) => message.message));
}

const folders = 'model load hash plan render init ports drivers execute adapters lab report cli'.split(' ');
const mayImport: Record<string, string[]> = {
  model: [],
  load: ['model'],
  hash: ['model'],
  plan: ['model', 'hash'],
  render: ['model'],
  init: ['model', 'load'],
  ports: ['model'],
  drivers: ['model', 'ports'],
  execute: ['model', 'plan', 'drivers', 'ports'],
  adapters: ['ports', 'model', 'init'],
  lab: ['ports', 'adapters', 'model'],
  report: ['model', 'ports'],
  cli: folders,
};
describe('the folders of generator/ import what the layout lets them', () => {
  test('each folder has its rule', () => {
    const entries = readdirSync('generator', { withFileTypes: true });
    const present = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(present.filter((name) => !folders.includes(name))).toEqual([]);
  });

  test.each(folders)('%s imports no value of another folder', async (from) => {
    for (const to of folders.filter((name) => name !== from && !mayImport[from]?.includes(name))) {
      const messages = await lint(`generator/${from}/x.ts`, `import { a } from '../${to}/a.ts';\n`);
      expect({ to, messages }).toEqual({
        to,
        messages: [expect.stringContaining(`generator/${from}/ may import`)],
      });
    }
  });

  test.each(folders)('%s imports what it may', async (from) => {
    for (const to of mayImport[from] ?? []) {
      const messages = await lint(`generator/${from}/x.ts`, `import { a } from '../${to}/a.ts';\n`);
      expect({ to, messages }).toEqual({ to, messages: [] });
    }
  });

  test('drivers and report may import the types of plan, not its values', async () => {
    for (const from of ['drivers', 'report']) {
      expect(await lint(`generator/${from}/x.ts`, `import type { A } from '../plan/a.ts';\n`)).toEqual([]);
      expect(await lint(`generator/${from}/x.ts`, `export const a = import('../plan/a.ts');\n`)).toHaveLength(
        1,
      );
    }
    expect(await lint('generator/load/x.ts', `import type { A } from '../plan/a.ts';\n`)).toHaveLength(1);
  });

  test('no way of importing gets round the rule', async () => {
    const ways = [
      `export const a = import('../cli/a.ts');`,
      `export * from '../cli/a.ts';`,
      `export { a } from '../cli/a.ts';`,
      `import './../cli/a.ts';`,
      `export type A = import('../cli/a.ts').A;`,
      `import { a } from '../../generator/cli/a.ts';`,
    ];
    for (const way of ways) {
      expect({ way, found: (await lint('generator/model/x.ts', `${way}\n`)).length }).toEqual({
        way,
        found: 1,
      });
    }
    expect(
      await lint('generator/model/deep/er/x.ts', `import { a } from '../../../cli/a.ts';\n`),
    ).toHaveLength(1);
    expect(await lint('generator/model/deep/x.ts', `import { a } from '../other.ts';\n`)).toEqual([]);
  });
});

describe('what takes values and gives values has no effects', () => {
  const effects = [
    `import { readFileSync } from 'node:fs';`,
    `import { readFile } from 'fs/promises';`,
    `import { spawn } from 'node:child_process';`,
    `import { argv } from 'node:process';`,
    `import { execa } from 'execa';`,
    `export const fs = import('node:fs');`,
    `export const home = process.env['HOME'];`,
    `export const now = Date.now();`,
    `export const now = new Date();`,
    `export const dice = Math.random();`,
  ];
  test.each(['model', 'hash', 'plan', 'render'])(
    '%s reads no file, process, clock or dice',
    async (folder) => {
      for (const effect of effects) {
        const found = (await lint(`generator/${folder}/x.ts`, `${effect}\n`)).length;
        expect({ effect, found }).toEqual({ effect, found: 1 });
      }
    },
  );

  test('adapters may', async () => {
    for (const effect of effects) expect(await lint('generator/adapters/x.ts', `${effect}\n`)).toEqual([]);
  });

  test('a hash may use the crypto module and a date that it is given', async () => {
    const text = `import { createHash } from 'node:crypto';\nexport const at = new Date(0);\n`;
    expect(await lint('generator/hash/x.ts', text)).toEqual([]);
  });
});

describe('printing', () => {
  test.each(folders)('from %s', async (folder) => {
    const messages = await lint(`generator/${folder}/x.ts`, `console.log('a');\n`);
    expect(messages).toEqual(['cli', 'report'].includes(folder) ? [] : ['Unexpected console statement.']);
  });
});
