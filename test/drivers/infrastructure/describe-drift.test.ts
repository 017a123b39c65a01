import { describe, expect, test } from '@jest/globals';
import { describeDrift } from '../../../generator/drivers/infrastructure/describe-drift.ts';
import { takeFingerprint } from '../../../generator/drivers/infrastructure/fingerprint.ts';
import type { LiveInfrastructure } from '../../../generator/drivers/infrastructure/fingerprint.ts';
import {
  readFingerprint,
  staleTags,
  writeFingerprint,
} from '../../../generator/drivers/infrastructure/fingerprint-tags.ts';
import { OUT, SSH, cluster, group, machine, volume } from './live-cluster.ts';

const recordOf = (live: LiveInfrastructure) => writeFingerprint(takeFingerprint(live));

function drift(before: LiveInfrastructure, now: LiveInfrastructure): string[] {
  return describeDrift(takeFingerprint(now), readFingerprint(recordOf(before)));
}

const nodes = (...ids: string[]) => ids.map((id) => machine(id));

describe('drift', () => {
  test('is none where all is as it was, whatever its address or order of rules', () => {
    const now = cluster({
      machines: nodes('i-1', 'i-2', 'i-3').map((one) => ({ ...one, publicAddress: '198.51.100.99' })),
      groups: [group([OUT, SSH])],
    });
    expect(drift(cluster(), now)).toEqual([]);
  });

  const anywhere = { direction: 'in', what: '22', peer: '0.0.0.0/0' } as const;
  const differences: [string, Partial<LiveInfrastructure>, string[]][] = [
    [
      'a rule too many',
      { groups: [group([SSH, OUT, anywhere])] },
      ['group shop-cluster-public: rule 22 from 0.0.0.0/0 was added'],
    ],
    ['a rule too few', { groups: [group([SSH])] }, ['group shop-cluster-public: 1 rule was removed']],
    [
      'another rule',
      { groups: [group([anywhere, OUT])] },
      [
        'group shop-cluster-public: rule 22 from 0.0.0.0/0 was added',
        'group shop-cluster-public: 1 rule was removed',
      ],
    ],
    [
      'a stopped node',
      { machines: [machine('i-1', { state: 'stopped' }), ...nodes('i-2', 'i-3')] },
      ['node i-1 is stopped', '2 of 3 nodes run'],
    ],
    ['a node that is gone', { machines: nodes('i-1', 'i-3') }, ['node i-2 is gone', '2 of 3 nodes run']],
    ['a node that nobody deployed', { machines: nodes('i-1', 'i-2', 'i-3', 'i-4') }, ['node i-4 was added']],
    [
      'a node of another type in another group',
      { machines: [machine('i-1', { type: 't3.large', groups: ['sg-9'] }), ...nodes('i-2', 'i-3')] },
      [
        'node i-1 is a t3.large',
        'node i-1: security group sg-9 was added',
        'node i-1: 1 security group was removed',
      ],
    ],
    [
      'a node whose metadata service takes no token',
      { machines: [machine('i-1', { metadata: 'optional, 1 hop' }), ...nodes('i-2', 'i-3')] },
      ['node i-1 has a metadata service with tokens optional, 1 hop'],
    ],
    [
      'a volume on another node',
      { volumes: [volume({ attachments: [{ machine: 'i-2', device: '/dev/sdf' }] })] },
      ['volume vol-1: attachment to i-2 as /dev/sdf was added', 'volume vol-1: 1 attachment was removed'],
    ],
    ['a volume that is gone', { volumes: [] }, ['volume vol-1 is gone']],
    [
      'a route that is gone',
      { routeTables: [{ ...cluster().routeTables[0]!, routes: [] }] },
      ['route table rtb-1: 1 route was removed'],
    ],
  ];
  test.each(differences)('names %s', (_name, now, expected) => {
    expect(drift(cluster(), cluster(now))).toEqual(expected);
  });

  test('is what was never recorded, and what was recorded in another form', () => {
    const live = takeFingerprint(cluster());
    const said = ['what was deployed was not recorded to its end'];
    expect(describeDrift(live, readFingerprint({}))).toEqual(said);
    expect(describeDrift(live, readFingerprint({ 'millrace:fingerprint': '0:abc' }))).toEqual(said);
  });

  test('is seen where there are too many things to be named', () => {
    const many = Array.from({ length: 200 }, (_, index) => machine(`i-${String(index).padStart(17, '0')}`));
    const record = recordOf(cluster({ machines: many }));
    expect(Object.keys(record).length).toBeLessThanOrEqual(30);
    for (const value of Object.values(record)) expect(value.length).toBeLessThanOrEqual(256);
    expect(drift(cluster({ machines: many }), cluster({ machines: many }))).toEqual([]);
    const stopped = many.map((one, index) => (index === 0 ? { ...one, state: 'stopped' } : one));
    expect(drift(cluster({ machines: many }), cluster({ machines: stopped }))).toEqual([
      `node ${many[0]!.id} is stopped`,
    ]);
    const last = many.map((one, index) => (index === 199 ? { ...one, state: 'stopped' } : one));
    expect(drift(cluster({ machines: many }), cluster({ machines: last }))).toEqual([
      'something differs from what was deployed',
    ]);
  });

  test('of a group with more rules than a tag has room for is named', () => {
    const rules = Array.from({ length: 150 }, (_, index) => ({ ...SSH, peer: `203.0.113.${index}/32` }));
    const before = cluster({ groups: [group(rules)] });
    expect(drift(before, cluster({ groups: [group([...rules, anywhere])] }))).toEqual([
      'group shop-cluster-public: rule 22 from 0.0.0.0/0 was added',
    ]);
  });
});

describe('the tags of a fingerprint', () => {
  test('that a smaller one no longer needs are to be taken away', () => {
    const large = recordOf(
      cluster({ machines: nodes('i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6', 'i-7', 'i-8') }),
    );
    const small = recordOf(cluster({ machines: nodes('i-1') }));
    expect(staleTags({ ...large, 'millrace:hash': 'h', Name: 'shop' }, small)).toEqual([
      'millrace:fingerprint-nodes-2',
    ]);
  });
});
