import { expect, test } from '@jest/globals';
import { describeLimits } from '../../generator/lab/lab.ts';

const state = { version: 1 as const, root: '/repository' };

test('a lab that has everything leaves nothing out', () => {
  expect(describeLimits({ ...state, gaps: [], hasIpvs: true, isSwarm: true })).toEqual([]);
});

test('what a lab leaves out is said with its cause', () => {
  const limits = describeLimits({ ...state, gaps: ['this is not root'], hasIpvs: false, isSwarm: false });
  expect(limits).toHaveLength(3);
  expect(limits[0]).toContain('no machines, for this is not root');
  expect(limits[1]).toContain('no IPVS');
  expect(limits[2]).toContain('docker swarm init');
});
