import { expect, test } from '@jest/globals';
import { describeBridge } from '../../../generator/lab/machines/bridge.ts';

const folders = Array.from({ length: 300 }, (_, number) => `/tmp/millrace-lab-0-${number}`);

test('a lab is always found under the same names, which a kernel takes', () => {
  for (const folder of folders) {
    const bridge = describeBridge(folder);
    expect(describeBridge(folder)).toEqual(bridge);
    expect(bridge.link.length).toBeLessThanOrEqual(15);
  }
});

test('labs have addresses of their own, out of the shared address space', () => {
  const bridges = folders.map(describeBridge);
  const addresses = bridges.flatMap(({ host, gateway }) => [host, gateway]);
  expect(new Set(addresses).size).toBe(addresses.length);
  for (const address of addresses) {
    const [first, second] = address.split('.').map(Number);
    expect(first).toBe(100);
    expect(second! >= 64 && second! < 128).toBe(true);
  }
});
