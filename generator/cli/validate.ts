import type { Command } from './command.ts';
import { openProject } from './open-project.ts';

export const command: Command = {
  declare(parser) {
    parser.addHelpText(
      'after',
      '\nExample:\n  $ millrace validate\n  project.yaml is valid: 11 images, 1 stack, 3 jobs',
    );
  },
  run(invocation) {
    const { project, graph, jobs, warnings } = openProject(invocation);
    const count = (number: number, one: string, many = `${one}s`): string[] =>
      number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
    const parts = [
      ...count(Object.keys(project.images).length, 'image'),
      ...count(Object.keys(project.amis).length, 'AMI'),
      ...count(Object.keys(project.infrastructure).length, 'infrastructure', 'infrastructures'),
      ...count(Object.keys(project.stacks).length, 'stack'),
      ...count(jobs.length, 'job'),
    ];
    if (invocation.output.json) {
      const components = [...graph.values()].map(({ id, kind, content, order, externals }) => ({
        id,
        kind,
        dependsOn: [...new Set([...content, ...order])].sort(),
        externals,
      }));
      invocation.output.print(
        JSON.stringify(
          {
            version: 1,
            project: project.project,
            valid: true,
            components,
            jobs: jobs.map((job) => job.name),
            warnings,
          },
          null,
          2,
        ),
      );
    } else {
      invocation.output.print(`project.yaml is valid: ${parts.join(', ') || 'no components yet'}`);
    }
    return Promise.resolve(0);
  },
};
