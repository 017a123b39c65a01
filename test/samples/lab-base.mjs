// lab-base.mjs: prints the folder of a Debian for the lab's machines with the packages of a bake in it; made once.
// lab-base.mjs --sweep: takes away what runs of it that were ended have left.
import '../../bin/ts-node.mjs';

const { bakeSystem, sweepDead } = await import('../system/services/machine.ts');
// With its exit go the programs that it runs.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
if (process.argv[2] === '--sweep') await sweepDead();
else process.stdout.write(`${await bakeSystem()}\n`);
