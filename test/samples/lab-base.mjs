// lab-base.mjs: prints the folder of a Debian for the lab's machines with the packages of a bake in it; made once.
import '../../bin/ts-node.mjs';

const { bakeSystem } = await import('../system/services/machine.ts');
process.stdout.write(`${await bakeSystem()}\n`);
