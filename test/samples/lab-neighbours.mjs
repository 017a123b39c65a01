// lab-neighbours.mjs REPOSITORY [public]: what a platform in a lab finds outside. Pushes stand-ins for upstream images into
// the lab's registry (`public`: only for those that no public registry has), leads containers on the machines to the AWS
// stand-in and to the repository, writes both into the repository's files, prints a line, and runs until it is ended.
import '../../bin/ts-node.mjs';

const { startLabNeighbours } = await import('../system/services/lab-neighbours.ts');
const { pushPlatformImages } = await import('../system/services/platform-images.ts');
const { labFolder, readLabState } = await import('../../generator/lab/lab-state.ts');
const [root, network] = process.argv.slice(2);
await pushPlatformImages(readLabState(labFolder(root)).registry.address);
await startLabNeighbours(root, { isPublic: network === 'public' });
process.stdout.write('ready\n');
