// built-cli.mjs: prints the folder of this checkout's CLI, built as its package has it; built once for each state of it.
import { dirname } from 'node:path';
import '../../bin/ts-node.mjs';

const { buildCli } = await import('../system/services/built-cli.ts');
process.stdout.write(`${dirname(dirname((await buildCli()).file))}\n`);
