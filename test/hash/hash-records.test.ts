import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashRecords, sortInputs } from '../../generator/hash/hash-records.ts';
import type { HashInput } from '../../generator/model/component-hash.ts';

const input = (type: string, name: string, value: string): HashInput => ({ type, name, value });

describe('the hash of inputs', () => {
  test('is the SHA-256 of fields with their lengths before them', () => {
    // Computed apart: printf '6:schema4:hash1:1' | sha256sum
    expect(hashRecords([input('schema', 'hash', '1')])).toBe(
      'f68c58e6d8c9a20c005c5897f7027b1484279c2575010cc47d43512c2490756a',
    );
  });

  test('tells apart what looks the same once it is joined', () => {
    const pairs: [HashInput[], HashInput[]][] = [
      [[input('arg', 'A', 'b')], [input('arg', 'Ab', '')]],
      [[input('arg', 'a', '1:b')], [input('arg', 'a1:', 'b')]],
      [[input('arg', 'a', 'x'), input('arg', 'b', 'y')], [input('arg', 'a', 'x3:arg1:b1:y')]],
    ];
    for (const [one, other] of pairs) expect(hashRecords(one)).not.toBe(hashRecords(other));
  });

  test('is the same for two lists only if they are the same list', () => {
    // A small alphabet, digits and the separator in it: what could be confused comes up often.
    const text = fc.string({ unit: fc.constantFrom('1', '2', ':', 'a', 'é'), maxLength: 4 });
    const list = fc.uniqueArray(fc.record({ type: text, name: text, value: text }), {
      selector: ({ type, name }) => JSON.stringify([type, name]),
      maxLength: 4,
    });
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(list, (inputs) => {
        const sorted = sortInputs(inputs);
        const hash = hashRecords(sorted);
        const said = JSON.stringify(sorted);
        expect(seen.get(hash) ?? said).toBe(said);
        seen.set(hash, said);
      }),
      { numRuns: 5_000 },
    );
  });

  test('does not depend on the order in which inputs were found', () => {
    const inputs = fc.uniqueArray(
      fc.record({ type: fc.string(), name: fc.string({ unit: 'binary' }), value: fc.string() }),
      {
        selector: ({ type, name }) => JSON.stringify([type, Buffer.from(name).toString('hex')]),
      },
    );
    fc.assert(
      fc.property(inputs, fc.infiniteStream(fc.nat()), (list, random) => {
        const shuffled = list
          .map((one) => [random.next().value, one] as [number, HashInput])
          .sort(([a], [b]) => a - b)
          .map(([, one]) => one);
        expect(hashRecords(sortInputs(shuffled))).toBe(hashRecords(sortInputs(list)));
      }),
    );
  });

  test('refuses an input that is there twice', () => {
    expect(() => hashRecords([input('arg', 'A', '1'), input('arg', 'A', '2')])).toThrow('is there twice');
  });
});

test('names are sorted by their bytes, as git and every locale have them', () => {
  const names = ['\u{1f600}', '\uffee', 'z', 'Z', 'é', 'a/b', 'a-b', 'ab'];
  const sorted = sortInputs(names.map((name) => input('file', name, ''))).map(({ name }) => name);
  expect(sorted).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});
