import { expect, test } from '@jest/globals';
import { digestOf } from '../../../generator/drivers/stack/canonical-json.ts';
import { compareServices } from '../../../generator/drivers/stack/compare-services.ts';
import type { StackRecord } from '../../../generator/drivers/stack/stack-record.ts';
import type { SwarmService } from '../../../generator/drivers/stack/swarm-objects.ts';

const NAMES = ['same', 'edited', 'cut-off', 'by-hand', 'halted', 'added'];

function live(name: string, more: Partial<SwarmService> = {}): [string, SwarmService] {
  const Spec = { Name: name, Labels: { 'millrace.hash': 'wanted' }, TaskTemplate: {} };
  return [name, { ID: name, Version: { Index: 1 }, Spec, ...more }];
}

function recordOf(services: ReadonlyMap<string, SwarmService>, former: readonly string[]): StackRecord {
  const recorded = [...services].map(([name, { Spec }]): [string, StackRecord['services'][string]] => [
    name,
    { hash: former.includes(name) ? 'former' : 'wanted', image: 'i', spec: digestOf(Spec) },
  ]);
  return {
    version: 1,
    hash: 'h',
    revision: null,
    deployed: '2030-01-01T00:00:00Z',
    generation: 1,
    services: Object.fromEntries(recorded),
  };
}

test('only what the Swarm has exactly as it was deployed under the wanted hash is kept, and each other says why', () => {
  const services = new Map([
    live('same'),
    live('edited'),
    live('cut-off'),
    live('by-hand'),
    live('halted', { UpdateStatus: { State: 'paused' } }),
    live('dropped'),
  ]);
  const record = recordOf(services, ['cut-off']);
  const edited = services.get('edited')!;
  services.set('edited', { ...edited, Spec: { ...edited.Spec, Labels: { 'millrace.hash': 'former' } } });
  const hand = services.get('by-hand')!;
  services.set('by-hand', { ...hand, Spec: { ...hand.Spec, Mode: { Replicated: { Replicas: 9 } } } });
  const wanted = new Map(NAMES.map((name) => [name, { hash: 'wanted' }]));
  const changes = compareServices(wanted, services, record);
  expect(changes.kept).toEqual(['same']);
  expect(changes.removed).toEqual(['dropped']);
  expect(Object.fromEntries(changes.deployed)).toEqual({
    edited: 'changed',
    'cut-off': 'was deployed by a run that did not end',
    'by-hand': 'was changed by hand',
    halted: 'its update was halted',
    added: 'is new',
  });
});

test('without a record everything is deployed', () => {
  const changes = compareServices(
    new Map([['same', { hash: 'wanted' }]]),
    new Map([live('same')]),
    undefined,
  );
  expect([...changes.deployed.keys()]).toEqual(['same']);
});
