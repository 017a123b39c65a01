import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readSwapLimits } from '../../../generator/drivers/home/swap-limits.ts';

test('Swarm kills no controller of our image that may still become healthy', () => {
  const dockerfile = readFileSync(new URL('../../../jenkins-image/Dockerfile', import.meta.url), 'utf8');
  const controller = dockerfile.slice(0, dockerfile.indexOf('\nFROM debian'));
  const [, seconds] = /^HEALTHCHECK .*--start-period=([0-9]+)s/m.exec(controller)!;
  expect(Number(seconds) * 1_000).toBeGreaterThanOrEqual(readSwapLimits({}).within);
});
