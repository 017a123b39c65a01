import { expect, test } from '@jest/globals';
import { formatBytes, renderPrune } from '../../generator/report/prune-report.ts';
import type { PruneReport } from '../../generator/report/prune-report.ts';
import { createTextOutput } from '../fakes/text-output.ts';

const HASH = 'a'.repeat(64);
const report: PruneReport = {
  version: 1,
  project: 'shop',
  dryRun: false,
  commits: 50,
  artifacts: [
    {
      component: 'ami:node',
      id: 'ami-1',
      names: ['shop-node-1'],
      action: 'keep',
      reason: 'machine i-1 runs it',
      removed: false,
    },
    {
      component: 'image:api',
      id: 'sha256:1',
      names: [`shop/api:src-${HASH}`],
      action: 'remove',
      reason: 'nothing needs it',
      removed: true,
    },
    {
      component: 'image:api',
      id: 'sha256:2',
      names: [`shop/api:built-20300101T000000Z-none-${HASH}`],
      action: 'remove',
      reason: 'nothing needs it',
      removed: false,
    },
  ],
  nodes: [
    {
      node: 'i-1',
      containers: ['a'],
      networks: [],
      images: [],
      bytes: 2_000,
      notes: ['so it is'],
      failures: [],
    },
  ],
  freed: { registry: 1_234_567, nodes: 2_000 },
  failures: ['i-2: does not answer'],
};

test('a line for each artifact, node and failure, and the sum', () => {
  const { output } = createTextOutput();
  expect(renderPrune(report, output)).toMatchInlineSnapshot(`
   "keep    ami:node   ami-1  machine i-1 runs it
   remove  image:api  src-aaaaaaaaaaaa  nothing needs it
   remove  image:api  built-20300101T000000Z  nothing needs it (is still there)
   node i-1: 1 container, 0 networks, 0 images, 2.0 kB; so it is
   not done: i-2: does not answer
   shop: 1 of 3 artifacts removed, by what 50 commits of the branch need; 1.2 MB freed in the registry, 2.0 kB on 1 node"
  `);
  expect(
    renderPrune({ ...report, dryRun: true }, output)
      .split('\n')
      .at(-1),
  ).toMatchInlineSnapshot(
    `"shop: 2 of 3 artifacts would be removed, by what 50 commits of the branch need; 1.2 MB would be freed in the registry, 2.0 kB on 1 node"`,
  );
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500, '1.5 kB'],
  [123_456_789, '123 MB'],
])('%d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test('what was made for one job bears its time, and not the whole of its commit', () => {
  const [one] = report.artifacts;
  const names = [`shop/handover:job-20300101T000000Z-${'b'.repeat(40)}`];
  const artifacts = [{ ...one!, component: 'image:handover', id: 'sha256:3', names }];
  const [line] = renderPrune({ ...report, artifacts }, createTextOutput().output).split('\n');
  expect(line).toBe('keep    image:handover  job-20300101T000000Z  machine i-1 runs it');
});
