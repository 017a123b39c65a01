import { describe, expect, test } from '@jest/globals';
import { loadProject } from '../../generator/load/load-project.ts';
import { formatProblem } from '../../generator/model/problem.ts';
import { SHAPES } from '../system/injection/hostile-project.ts';
import type { SlotKind } from '../system/injection/hostile-project.ts';
import { filesWith } from '../system/injection/render-yaml.ts';

/** What a config.xml, an environment variable or a Groovy file cannot hold. */
const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['NUL', 'a\u0000b'],
  ['a bell', 'a\u0007b'],
  ['a carriage return', 'a\rb'],
  ['half of a surrogate pair', 'a\ud83db'],
  ['the other half', 'a\udca3b'],
  ['U+FFFE', 'a\ufffeb'],
  ['U+FFFF', 'a\uffffb'],
  ['70,000 characters', 'a'.repeat(70_000)],
];

const everything = SHAPES.at(-1)!;
const kinds: SlotKind[] = [];
everything((kind) => `tok${kinds.push(kind)}z`);

/** The slots whose bad text was accepted, or reported in more than one line or with the character itself. */
function findUnrefused(bad: string): string[] {
  return kinds.flatMap((kind, slot) => {
    let count = 0;
    const project = everything(() => (count++ === slot ? bad : `tok${count}z`));
    const { loaded, problems } = loadProject(filesWith(project));
    const lines = problems.map(formatProblem);
    const clear = lines.every((line) => line.length < 600 && !/[\u0000-\u001f\u2028]/.test(line));
    return loaded === undefined && lines.length > 0 && clear
      ? []
      : [`${slot} (${kind}) ${lines.join(' | ').slice(0, 200)}`];
  });
}

describe('a text that cannot arrive in Jenkins', () => {
  test.each(FORBIDDEN)('is refused in one clear line in every field: %s', (_, bad) => {
    expect(findUnrefused(bad)).toEqual([]);
  });
});
