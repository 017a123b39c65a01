// npm run bench -- generate [--sizes 10,100,1000,5000] [--rounds 5] [--folder DIR]
// Prints Markdown tables on stdout, progress on stderr. Nothing here is a test: no number fails anything.
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { benchGenerate } from './generate/suite.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: 'string', default: '10,100,1000,5000' },
    rounds: { type: 'string', default: '5' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const sizes = values.sizes.split(',').map(Number);
const rounds = Number(values.rounds);

if (
  positionals.join(' ') !== 'generate' ||
  ![rounds, ...sizes].every((count) => Number.isInteger(count) && count > 0)
) {
  say('usage: npm run bench -- generate [--sizes 10,100,1000,5000] [--rounds 5] [--folder DIR]');
  process.exitCode = 1;
} else process.stdout.write(await benchGenerate({ sizes, rounds, folder: values.folder }, say));
