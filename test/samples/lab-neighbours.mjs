// lab-neighbours.mjs REPOSITORY: what is outside for the containers on the machines of a repository's lab, at the
// host's end of their bridge: the AWS stand-in, and the repository by git's own protocol. Runs until it is ended.
// Writes jenkins-image/agent/lab-environment, what agents are told of them, and `repository:` and `mirrors:` of
// project.yaml; prints a line when both answer.
import '../../bin/ts-node.mjs';

const { startLabNeighbours } = await import('../system/services/lab-neighbours.ts');
await startLabNeighbours(process.argv[2]);
process.stdout.write('ready\n');
