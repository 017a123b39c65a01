import { describe, expect, test } from '@jest/globals';
import { guardPlan, guardRemovals, guardRevision } from '../../generator/cli/guard-revision.ts';
import type { ComponentId, ComponentKind } from '../../generator/model/component.ts';
import type { Action, Observation, PlannedComponent, Running } from '../../generator/plan/plan.ts';

const OURS = 'a'.repeat(40);
const OLD = 'b'.repeat(40);
const OTHER = 'c'.repeat(40);
const FAR = 'd'.repeat(40);
const HASHES = new Map<ComponentId, { hash: string }>([['stack:a', { hash: 'wanted' }]]);

function guard() {
  const asked: string[] = [];
  const isAncestor = (ancestor: string, revision: string): Promise<boolean | undefined> => {
    asked.push(`${ancestor[0]} ${revision[0]}`);
    return Promise.resolve(ancestor === OLD ? true : ancestor === OTHER ? false : undefined);
  };
  return { ...guardRevision(OURS, HASHES, { isAncestor }), asked };
}

const running = (revision: string, more: Partial<Running> = {}): Running => ({
  state: 'running',
  hash: 'other',
  pending: false,
  drift: [],
  revision,
  ...more,
});

const planned = (id: string, action: Action): PlannedComponent => ({
  id: id as ComponentId,
  kind: id.split(':')[0] as ComponentKind,
  hash: 'wanted',
  action,
  reason: '',
  dependsOn: [],
});

describe('a commit may go over what runs', () => {
  test.each<[string, Observation]>([
    ['where that is of an ancestor', running(OLD)],
    ['where that is the same commit', running(OURS)],
    ['where nothing runs', { state: 'absent' }],
    ['where what runs names no commit', { ...running(OLD), revision: undefined }],
    ['to put right what has drifted from the same hash', running(OTHER, { hash: 'wanted', drift: ['x'] })],
  ])('%s', async (_why, found) => {
    await expect(guard().mayReplace('stack:a', found)).resolves.toBeUndefined();
  });

  test('not where that is of another line; the message says what to do', async () => {
    await expect(guard().mayReplace('stack:a', running(OTHER))).rejects.toMatchObject({
      code: 'OLDER_REVISION',
      message:
        'stack:a runs commit cccccccccccc, which aaaaaaaaaaaa does not descend from: it would take back what is in there; merge or revert that commit, or allow it: --allow-older',
    });
  });

  test('not where a deploy of another line was begun, whatever hash it bears', async () => {
    const found = running(OTHER, { hash: 'wanted', pending: true });
    await expect(guard().mayReplace('stack:a', found)).rejects.toMatchObject({ code: 'OLDER_REVISION' });
  });

  test('not where the clone cannot tell, with the way to find out', async () => {
    await expect(guard().mayReplace('stack:a', running(FAR))).rejects.toMatchObject({
      code: 'OLDER_REVISION',
      message: expect.stringContaining('git fetch --unshallow'),
    });
  });

  test('which is asked once for each commit, of what is deployed or removed only', async () => {
    const one = guard();
    const observations = new Map<ComponentId, Observation>([
      ['stack:a', running(OLD)],
      ['stack:b', running(OLD)],
      ['stack:c', running(OTHER)],
    ]);
    const components = [
      planned('stack:a', 'deploy'),
      planned('stack:b', 'remove'),
      planned('stack:c', 'keep'),
    ];
    await guardPlan({ components }, observations, one);
    expect(one.asked).toEqual(['b a']);
    const removal = { components: [planned('stack:c', 'remove')] };
    await expect(guardPlan(removal, observations, one)).rejects.toMatchObject({ code: 'OLDER_REVISION' });
  });
});

describe('infrastructure is removed', () => {
  const components = [
    planned('infrastructure:old', 'remove'),
    planned('infrastructure:new', 'deploy'),
    planned('stack:old', 'remove'),
  ];

  test('only where its id was given; the message names the flag, and the way to keep the data', () => {
    expect(() => guardRemovals(components, ['infrastructure:other'])).toThrow(
      'the project no longer has infrastructure:old, which would be removed with all machines and data; nothing was done; if that is meant: --allow-remove infrastructure:old; to keep the data: `millrace destroy infrastructure:old --keep data`',
    );
    expect(() => guardRemovals(components, ['infrastructure:old'])).not.toThrow();
  });

  test('and stacks without being asked', () => {
    expect(() => guardRemovals(components.slice(1), [])).not.toThrow();
  });
});
