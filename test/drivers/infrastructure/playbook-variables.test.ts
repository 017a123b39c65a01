import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { writeVariables } from '../../../generator/drivers/infrastructure/playbook-variables.ts';

/** As Ansible reads it: its tag on a text makes it one that is filled in by nobody. */
function read(text: string): unknown {
  return load(text.replace(/!unsafe /g, ''));
}

describe('the file of variables', () => {
  test('marks what looks like a template of Ansible', () => {
    expect(writeVariables({ a: 'plain', b: ['{{ x }}', 1, true, null], 'c {{': { d: '{% raw' } })).toBe(
      '{"a": "plain", "b": [!unsafe "{{ x }}", 1, true, null], "c {{": {"d": !unsafe "{% raw"}}\n',
    );
  });

  test('is read back as it was written, whatever it holds', () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('!unsafe '));
    fc.assert(
      fc.property(
        fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text))),
        (variables) => {
          const clean = Object.fromEntries(Object.entries(variables).filter(([key]) => key !== '__proto__'));
          expect(read(writeVariables(clean))).toEqual(clean);
        },
      ),
    );
  });
});
