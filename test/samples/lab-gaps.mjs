// lab-gaps.mjs FOLDER: prints what stands in the way of a lab's machines here; nothing where there is nothing.
import '../../bin/ts-node.mjs';

const { findGaps } = await import('../../generator/lab/machines/find-gaps.ts');
process.stdout.write((await findGaps(process.argv[2])).join(', and '));
