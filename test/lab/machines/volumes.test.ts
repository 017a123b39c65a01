import { expect, test } from '@jest/globals';
import { deviceLines } from '../../../generator/lab/machines/volumes.ts';

test('a volume has the name that was asked for, and the one that udev gives it on Nitro', () => {
  const volume = { id: 'vol-0abc', device: '/dev/sdf', block: { name: 'loop3', major: 7, minor: 3 } };
  expect(deviceLines([volume])).toBe('loop3 7 3 sdf,disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0abc\n');
  expect(deviceLines([])).toBe('');
});
