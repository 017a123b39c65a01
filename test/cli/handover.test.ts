import { afterAll, expect, test } from '@jest/globals';
import { findJenkinsSwarm } from '../../generator/cli/find-jenkins-swarm.ts';
import { command } from '../../generator/cli/handover.ts';
import { Project } from '../../generator/model/project/project.ts';
import { UserError } from '../../generator/model/user-error.ts';
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts';
import { createTextOutput } from '../fakes/text-output.ts';

const repository = TemporaryRepository.make();
afterAll(() => repository.remove());

test.each(['', 'stacks: { web: { file: web.yml } }\n'])(
  'a hand-over of a project without a stack `jenkins` is refused in a line (%j)',
  async (stacks) => {
    repository.commit({
      'project.yaml': `project: shop\n${stacks}`,
      'project.lock.yaml': `version: 1\nimages: { "redis:7": "sha256:${'a'.repeat(64)}" }\n`,
      'web.yml': 'services: { api: { image: "redis:7" } }\n',
    });
    const { output } = createTextOutput();
    const options = { rev: 'HEAD', only: ['stack:jenkins'], build: '' };
    const run = command.run({ args: ['x'], options, root: repository.folder, env: {}, output });
    await expect(run).rejects.toThrow(UserError);
    await expect(run).rejects.toThrow(
      'project.yaml: expected a stack jenkins in the project shop, found none: nothing of it carries Jenkins; run millrace apply',
    );
  },
);

test('one whose Swarm is not there is refused in a line', async () => {
  const project = Project.parse({
    project: 'shop',
    infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml' } },
    stacks: { jenkins: { file: 'j.yml', on: 'cluster' } },
  });
  const swarms = { find: () => Promise.resolve(undefined) };
  for (const found of [swarms, undefined])
    await expect(findJenkinsSwarm(project, found)).rejects.toMatchObject({
      code: 'NO_HOST',
      message:
        'infrastructure:cluster is not there, so nothing carries Jenkins; on a workstation: millrace bootstrap',
    });
});
