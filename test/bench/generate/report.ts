import type { Sample } from '../measure.ts';
import { median } from '../measure.ts';
import { numbers, table } from '../table.ts';
import { MILLRACE, NOTHING_TO_WRITE, ONE_CHANGED, START_UP, nameOf, shapesOf } from './cases.ts';
import type { Shape } from './inputs.ts';
import type { JobBuilder } from './job-builders.ts';

type Samples = ReadonlyMap<string, readonly Sample[]>;

const SHAPES: Record<Shape, string> = { one: 'one of all', many: '100 each' };

/** The tables of docs/benchmarks.md. */
export function renderTables(
  samples: Samples,
  builders: readonly JobBuilder[],
  sizes: readonly number[],
): string {
  return [
    '### All files new\n',
    newFilesTable(samples, builders, sizes),
    '### A second run\n',
    secondRunTable(samples, sizes),
    '### Starting\n',
    startUpTable(samples),
  ].join('\n');
}

function newFilesTable(samples: Samples, builders: readonly JobBuilder[], sizes: readonly number[]): string {
  const contenders = [MILLRACE, ...builders.map(({ name }) => name)];
  const rows = sizes.flatMap((jobs) => {
    const cells = shapesOf(jobs).flatMap((shape) =>
      contenders.map((contender) => ({ jobs, shape, contender })),
    );
    const wallOf = (contender: string): number =>
      Math.min(
        ...cells.filter((cell) => cell.contender === contender).map((cell) => wall(samples, nameOf(cell))),
      );
    const [ours, theirs] = [wallOf(MILLRACE), Math.min(...builders.map(({ name }) => wallOf(name)))];
    return cells.map((cell, index) => [
      String(jobs),
      SHAPES[cell.shape],
      cell.contender,
      ...numbers(samples.get(nameOf(cell))),
      // Its better shape against the better shape of the faster one of the others.
      index === 0 && builders.length > 0 ? `${(theirs / ours).toFixed(1)} x` : '',
    ]);
  });
  return table(
    [
      'jobs',
      'entries or projects',
      'program',
      'wall',
      'processor',
      'peak memory',
      'runs',
      'best against best',
    ],
    rows,
  );
}

function secondRunTable(samples: Samples, sizes: readonly number[]): string {
  const rows = sizes.flatMap((jobs) =>
    [NOTHING_TO_WRITE, ONE_CHANGED].map((contender) => [
      String(jobs),
      contender,
      ...numbers(samples.get(nameOf({ jobs, shape: 'one', contender }))),
    ]),
  );
  return table(['jobs', '`millrace generate` with', 'wall', 'processor', 'peak memory', 'runs'], rows);
}

function startUpTable(samples: Samples): string {
  const empty = wall(samples, START_UP[0]);
  const rows = START_UP.map((name) => [
    name,
    ...numbers(samples.get(name)),
    `${(wall(samples, name) / empty).toFixed(2)} x`,
  ]);
  return table(['process', 'wall', 'processor', 'peak memory', 'runs', 'of an empty one'], rows);
}

function wall(samples: Samples, name: string): number {
  return median((samples.get(name) ?? []).map(({ wallSeconds }) => wallSeconds));
}
