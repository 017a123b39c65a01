import { readFileSync, readdirSync } from 'node:fs';
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

const folders =
  'model load hash plan prune render init plugins ports drivers execute adapters lab report cli'.split(' ');
const mayImport: Record<string, string[]> = {
  model: [],
  load: ['model'],
  hash: ['model'],
  plan: ['model', 'hash'],
  prune: ['model'],
  render: ['model'],
  init: ['model', 'load'],
  plugins: ['model'],
  ports: ['model'],
  drivers: ['model', 'ports', 'hash', 'load'],
  execute: ['model', 'plan', 'drivers', 'ports'],
  adapters: ['ports', 'model', 'init'],
  lab: ['ports', 'adapters', 'model'],
  report: ['model', 'ports'],
  cli: folders,
};

/** The folders that git has: an empty one is none. */
function present(): string[] {
  const entries = readdirSync('generator', { withFileTypes: true });
  const named = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return named.filter((name) => readdirSync(`generator/${name}`).length > 0);
}

describe('the folders of generator/ import what the layout lets them', () => {
  test('each folder has its rule', () => {
    expect(present().filter((name) => !folders.includes(name))).toEqual([]);
  });

  test('docs/architecture.md has the same table, for the folders that are there', () => {
    const rows = readFileSync('docs/architecture.md', 'utf8').matchAll(
      /^\| `generator\/(\w+)` \|.*\| ([\w, ]+) \|$/gm,
    );
    const documented = [...rows].map(([, folder, may]) => [folder!, may!.split(', ').sort()]);
    const expected = present().map((folder) => {
      const may = mayImport[folder]!;
      return [folder, folder === 'cli' ? ['everything'] : may.length === 0 ? ['nothing'] : [...may].sort()];
    });
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
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

  test.each(['plan', 'prune'])(
    'drivers and report may import the types of %s, not its values',
    async (to) => {
      for (const from of ['drivers', 'report']) {
        expect(await lint(`generator/${from}/x.ts`, `import type { A } from '../${to}/a.ts';\n`)).toEqual([]);
        expect(
          await lint(`generator/${from}/x.ts`, `export const a = import('../${to}/a.ts');\n`),
        ).toHaveLength(1);
      }
      expect(await lint('generator/load/x.ts', `import type { A } from '../plan/a.ts';\n`)).toHaveLength(1);
    },
  );

  test('no way of importing gets round the rule', async () => {
    const ways = [
      `export const a = import('../cli/a.ts');`,
      `export * from '../cli/a.ts';`,
      `export { a } from '../cli/a.ts';`,
      `import './../cli/a.ts';`,
      `export type A = import('../cli/a.ts').A;`,
      `import { a } from '../../generator/cli/a.ts';`,
      `import { a } from './deep/../../cli/a.ts';`,
      `import { a } from './deep/./../../cli/a.ts';`,
      'export const a = import(`../cli/a.ts`);',
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

  test.each(['model', 'adapters', 'cli'])('nothing outside generator/ is imported by %s', async (folder) => {
    const ways = [
      `import { a } from '../../test/a.ts';`,
      `import '../../package.json';`,
      `export * from './../../test/a.ts';`,
      `export const a = import('../../test/a.ts');`,
      `export type A = import('../../test/a.ts').A;`,
      `import { a } from '/generator/model/a.ts';`,
    ];
    for (const way of ways) {
      const messages = await lint(`generator/${folder}/x.ts`, `${way}\n`);
      expect({ way, messages }).toEqual({
        way,
        messages: ['generator/ imports its own files and packages.'],
      });
    }
    expect(await lint(`generator/${folder}/deep/x.ts`, `import { a } from '../../model/a.ts';\n`)).toEqual(
      [],
    );
    expect(
      await lint(`generator/${folder}/deep/x.ts`, `import { a } from '../../../test/a.ts';\n`),
    ).toHaveLength(1);
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
    `export const now = Date();`,
    `export const dice = Math.random();`,
    `export const dice = crypto.randomUUID();`,
    `import { randomUUID } from 'node:crypto';`,
    `import crypto from 'node:crypto';`,
    `import * as crypto from 'crypto';`,
    `export const dice = import('node:crypto');`,
    `export const env = globalThis.process.env;`,
    `export const now = new globalThis.Date();`,
    `import { setTimeout } from 'node:timers/promises';`,
  ];
  test.each(['model', 'load', 'hash', 'plan', 'render', 'init', 'plugins'])(
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

  test.each(folders)('to the streams of the process from %s', async (folder) => {
    const ways = [
      `process.stdout.write('a');`,
      `process.stderr.write('a');`,
      `export const { stdout } = process;`,
      `import { stdout } from 'node:process';`,
    ];
    const expected = ['cli', 'report'].includes(folder) ? 0 : 1;
    for (const way of ways) {
      const found = (await lint(`generator/${folder}/x.ts`, `${way}\n`)).length;
      expect({ way, found }).toEqual({ way, found: expected });
    }
  });
});
