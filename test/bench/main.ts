// npm run bench -- generate | plan | apply | cluster [--rounds 5] …: see USAGE
// Prints Markdown tables on stdout, progress on stderr. Nothing here is a test: no number fails anything.
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

const USAGE = `usage: npm run bench -- generate [--sizes 10,100,1000,5000] [--rounds 5] [--folder DIR]
       npm run bench -- plan [--sizes 10000/100,100000/200] [--rounds 5] [--folder DIR]   (files/images)
       npm run bench -- apply [--rounds 5]   (as root)
       npm run bench -- cluster [--rounds 3]   (as root; half an hour)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const isCount = (count: number | undefined): count is number =>
  count !== undefined && Number.isInteger(count) && count > 0;

/** @returns Markdown, or undefined where the words make no sense */
async function runBench(): Promise<string | undefined> {
  const [subject, ...more] = positionals;
  const rounds = Number(values.rounds);
  const { folder } = values;
  if (more.length > 0 || !isCount(rounds)) return undefined;
  if (subject === 'generate') {
    const sizes = (values.sizes ?? '10,100,1000,5000').split(',').map(Number);
    if (!sizes.every(isCount)) return undefined;
    const { benchGenerate } = await import('./generate/suite.ts');
    return benchGenerate({ sizes, rounds, folder }, say);
  }
  if (subject === 'plan') {
    const pairs = (values.sizes ?? '10000/100,100000/200')
      .split(',')
      .map((pair) => pair.split('/').map(Number));
    if (!pairs.every((pair) => pair.length === 2 && pair.every(isCount))) return undefined;
    const { benchPlan } = await import('./plan/suite.ts');
    const sizes = pairs.map(([files, images]) => ({ files: files!, images: images! }));
    return benchPlan({ sizes, rounds, folder }, say);
  }
  if (subject === 'apply') {
    const { benchApply } = await import('./apply/suite.ts');
    return benchApply(rounds, say);
  }
  if (subject === 'cluster') {
    const { benchCluster } = await import('./cluster/suite.ts');
    return benchCluster(rounds, say);
  }
  return undefined;
}

const result = await runBench();
if (result !== undefined) process.stdout.write(result);
else {
  say(USAGE);
  process.exitCode = 1;
}
