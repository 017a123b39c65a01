import Sequencer from '@jest/test-sequencer';

/** What takes more than a minute, longest first. */
const LONG = [
  'platform',
  'cluster',
  'pipelines',
  'kill-sweep-images',
  'stack-apply',
  'stack-failures',
  'apply-ami-killed',
  'stack-deploy',
  'lab',
  'apply-images',
];

/**
 * In a checkout that ran no test yet jest begins with the largest files. Here the size says nothing: the longest test of
 * all is one of the small ones, and begun late it would go on alone for minutes, beside processors that idle.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ path }) {
  const rank = LONG.findIndex((name) => path.endsWith(`/${name}.test.ts`));
  return rank === -1 ? LONG.length : rank;
}
