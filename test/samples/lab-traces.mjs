// lab-traces.mjs REPOSITORY…: says that nothing on this machine names a lab of theirs, or what does, which is a failure.
import '../../bin/ts-node.mjs';

const { labTraces } = await import('../system/services/lab-traces.ts');
const { labFolder } = await import('../../generator/lab/lab-state.ts');
const traces = process.argv.slice(2).flatMap((root) => labTraces(labFolder(root)));
process.stdout.write(
  traces.length === 0
    ? 'Nothing is left: no process, link, namespace, route, rule, mount, loop device or folder.\n'
    : `This is left:\n${traces.map((trace) => `  ${trace}\n`).join('')}`,
);
process.exitCode = traces.length === 0 ? 0 : 1;
