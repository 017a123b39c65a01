import { expect, test } from '@jest/globals';
import { namespaceOf, refuseForeign, versionName } from '../../../generator/drivers/stack/stack-names.ts';
import { fitName } from '../../../generator/model/fit-name.ts';

test('a stack is named after its project, so that two projects may have stacks of one name', () => {
  expect(namespaceOf('shop', 'web')).toBe('shop-web');
  expect(namespaceOf('shop.eu', 'web')).toBe('shop-eu-web');
});

test('names of versions fit into a Swarm, and long ones stay apart', () => {
  const long = (end: string): string => versionName(`${'long-'.repeat(15)}${end}`, new Uint8Array([1]));
  expect(versionName('shop-web_key', new Uint8Array([1]))).toMatch(/^shop-web_key-[0-9a-f]{12}$/);
  expect(long('a').length).toBeLessThanOrEqual(64);
  expect(long('a')).not.toBe(long('b'));
  expect(fitName('x'.repeat(70), 'pending')).toMatch(/^x+-[0-9a-f]{12}-pending$/);
  expect(fitName('x'.repeat(70), 'pending')).toHaveLength(64);
});

test('what belongs to another project or another stack is refused', () => {
  const own = { 'millrace.project': 'shop', 'millrace.component': 'stack:web' };
  expect(() => refuseForeign('it', undefined, own)).not.toThrow();
  expect(() => refuseForeign('it', { 'com.docker.stack.namespace': 'shop-web' }, own)).not.toThrow();
  expect(() => refuseForeign('it', own, own)).not.toThrow();
  expect(() => refuseForeign('it', { ...own, 'millrace.project': 'bank' }, own)).toThrow(
    'it is there already and belongs to stack:web of the project bank; rename this project or stack',
  );
  expect(() => refuseForeign('it', { ...own, 'millrace.component': 'stack:x' }, own)).toThrow(
    'belongs to stack:x',
  );
});
