import { expect, test } from '@jest/globals';
import { refuseMissing } from '../../generator/cli/refuse-missing.ts';
import { loadProject } from '../../generator/load/load-project.ts';
import { UserError } from '../../generator/model/user-error.ts';
import { commitFilesOf } from '../fakes/commit-files.ts';
import { createMemorySwarm } from '../fakes/memory-swarm.ts';

const FILES = commitFilesOf({
  'project.yaml': `project: shop
repository: https://git.example.com/shop.git
scm: { credential: git }
stacks: { jenkins: { file: jenkins.yml }, web: { file: web.yml } }
`,
  'jenkins.yml': `services:
  controller: { image: "redis:7", secrets: [jenkins_admin_password, jenkins_credential_git] }
secrets: { jenkins_admin_password: { external: true }, jenkins_credential_git: { external: true } }
`,
  'web.yml': `services: { api: { image: "redis:7", secrets: [key, other] } }
secrets: { key: { external: true }, other: { external: true } }
`,
});
const source = { project: loadProject(FILES).loaded!.project, files: FILES };

test('a run is refused for all that people have not set, and for nothing that is made for them', async () => {
  const swarm = createMemorySwarm();
  const swarms = { find: () => Promise.resolve(swarm) };
  await expect(refuseMissing(['jenkins', 'web'], source, swarms)).rejects.toThrow(
    'git, key, other are not in the Swarm, and nothing was touched; set them: millrace secret set git < FILE; millrace secret set key < FILE; millrace secret set other < FILE',
  );
  for (const Name of ['key', 'other']) await swarm.post('/secrets/create', { Name });
  await refuseMissing(['web'], source, swarms);
  await expect(refuseMissing(['jenkins'], source, swarms)).rejects.toThrow('git is not in the Swarm');
});

test('a Swarm that is not there yet, or does not answer, is told of by the deploy', async () => {
  await refuseMissing(['web'], source, { find: () => Promise.resolve(undefined) });
  await refuseMissing(['web'], source, {
    find: () => Promise.reject(new UserError('SWARM_UNREACHABLE', 'x')),
  });
});
