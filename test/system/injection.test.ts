import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGroovy } from './groovy/start-groovy.ts';
import type { Call, Groovy, Recorded } from './groovy/start-groovy.ts';
import { SHAPES } from './injection/hostile-project.ts';
import type { SlotKind } from './injection/hostile-project.ts';
import {
  hostileLabel,
  hostileLine,
  hostileName,
  hostileText,
  hostileWord,
} from './injection/hostile-text.ts';
import { renderYaml } from './injection/render-yaml.ts';

const RUNS = process.env['MILLRACE_SOAK'] ? 5_000 : 300;

let groovy: Groovy;
let folder: string;
let plain: { files: ReadonlyMap<string, string>; kinds: SlotKind[]; recorded: Recorded[] }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-injection-'));
  groovy = startGroovy();
  plain = [];
  for (const shape of SHAPES) {
    const kinds: SlotKind[] = [];
    const project = shape((kind) => `tok${kinds.push(kind) - 1}z`);
    const files = renderYaml(project);
    plain.push({ files, kinds, recorded: (await groovy.run([...files.values()])).files });
  }
});

afterAll(async () => {
  await groovy.stop();
  rmSync(folder, { recursive: true });
});

/** Replaces tokens by the texts of the other project, in every value; a path by that of the same file there. */
function fillTokens(value: unknown, texts: readonly string[], paths: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string')
    return paths.get(value) ?? value.replace(/tok(\d+)z/g, (_, index: string) => texts[Number(index)]!);
  if (Array.isArray(value)) return value.map((one) => fillTokens(one, texts, paths));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, fillTokens(one, texts, paths)]),
    );
  return value;
}

/** The table's name in a pipeline, by its path. */
const tableAt = (path: string): string => path.replace(/^resources\/jobs\/(.*)\.json$/, '$1');

/** The junit step expands variables in its patterns, as `hudson.Util.replaceMacro` does. */
function expandLikeJunit(calls: readonly Call[]): Call[] {
  const expand = (text: string): string =>
    text.replace(/\$([A-Za-z0-9_]+|\{[A-Za-z0-9_.]+\}|\$)/g, (_, key: string) =>
      key === '$' ? '$' : 'EXPANDED',
    );
  return calls.map(([name, args, body]) => {
    const shown = args.map((one) => {
      if (name === 'row') return String(one).replace(/^JUNIT=.*$/s, expand);
      const { testResults } = (one ?? {}) as { testResults?: unknown };
      // Where it differs between jobs, the text stands in the table.
      return name === 'junit' && typeof testResults === 'string'
        ? { ...(one as object), testResults: expand(testResults) }
        : one;
    });
    return body ? [name, shown, expandLikeJunit(body)] : [name, shown];
  });
}

function callsOf(recorded: Recorded, path: string): Call[] {
  if ('error' in recorded) throw new Error(`${path}: ${recorded.error}`);
  return expandLikeJunit(recorded.calls);
}

/** The shape with every field is compiled twenty times as slowly as the others. */
const shapeNumber = fc.oneof(
  { arbitrary: fc.nat(SHAPES.length - 2), weight: 15 },
  { arbitrary: fc.constant(SHAPES.length - 1), weight: 1 },
);

const texts = (canary: string): fc.Arbitrary<Record<SlotKind, string[]>> => {
  const some = (one: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
    fc.array(one, { minLength: 4, maxLength: 30 });
  return fc.record({
    text: some(hostileText(canary)),
    line: some(hostileLine(canary)),
    name: some(hostileName(canary)),
    prefix: some(hostileName(canary).map((name) => name.replace(/[{}]/g, ''))),
    label: some(hostileLabel(canary)),
    word: some(hostileWord(canary)),
    elsewhere: some(hostileText(canary)),
  });
};

describe('texts of project.yaml that are not code', () => {
  test('are all seen by the recorder where nothing is hostile', () => {
    for (const { files, kinds, recorded } of plain) {
      const paths = [...files.keys()];
      const told = JSON.stringify(recorded.map((one, index) => callsOf(one, paths[index]!)));
      const unseen = kinds.map((kind, index) => (told.includes(`tok${index}z`) ? undefined : kind));
      expect(unseen.filter((kind) => kind !== undefined && kind !== 'elsewhere')).toEqual([]);
    }
  });

  test(`arrive in Jenkins as exactly these texts and run nothing (${RUNS} projects)`, async () => {
    const canary = join(folder, 'canary');
    const property = fc.asyncProperty(texts(canary), shapeNumber, async (given, shape) => {
      const used: string[] = [];
      const project = SHAPES[shape]!((kind) => {
        const list = given[kind];
        const text = list[used.length % list.length]!;
        used.push(kind === 'name' ? `${text}${used.length}` : text);
        return used.at(-1)!;
      });
      const files = renderYaml(project);
      for (const text of files.values()) expect(Buffer.from(text).toString() === text).toBe(true);
      const answer = await groovy.run([...files.values()]);
      expect(answer.printed).toBe('');
      const before = plain[shape]!;
      const paths = new Map(
        [...before.files.keys()].flatMap((path, index) => {
          const other = [...files.keys()][index]!;
          return [
            [path, other],
            [tableAt(path), tableAt(other)],
          ];
        }),
      );
      const names = [...before.files.keys()];
      names.forEach((path, index) => {
        const expected = fillTokens(callsOf(before.recorded[index]!, path), used, paths);
        expect(callsOf(answer.files[index]!, paths.get(path)!)).toEqual(expected);
      });
      expect(answer.files).toHaveLength(names.length);
      expect(existsSync(canary)).toBe(false);
    });
    // Two at a time: one is made while the other is executed.
    const options = { numRuns: RUNS / 2, endOnFailure: !process.env['MILLRACE_SOAK'] };
    await Promise.all([fc.assert(property, options), fc.assert(property, options)]);
    expect(readdirSync(folder)).toEqual([]);
  }, 1_800_000);
});
