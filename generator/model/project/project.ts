import * as z from 'zod';
import { Ami, Image, Infrastructure, Stack } from './components.ts';
import { Job } from './job.ts';
import { Aws, Backup, Jenkins, Mirrors, Notify, Registry, Retention, Scm } from './settings.ts';
import { Name, RepositoryPath, pattern, url } from './text.ts';

/** Words of the file format that are kept for later versions. */
export const RESERVED_FIELDS = ['terraform', 'fargate', 'parts', 'releases'] as const;

/** The whole project.yaml. One schema feeds validation, the published JSON Schema and docs/project-yaml.md. */
export const Project = z
  .strictObject({
    millrace: pattern(/^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$/, 'a version such as 0.1.0')
      .optional()
      .describe('version of Millrace that this project is made for; another one refuses to plan'),
    project: Name.describe('name of the project; prefix of everything it owns'),
    repository: url(['https', 'http', 'ssh', 'git', 'file'])
      .optional()
      .describe('address that Jenkins clones from'),
    scm: Scm.prefault({}),
    branch: pattern(
      /^(?!\/|.*(\/\/|\.\.|@\{|\.lock$|\/$|\.$))[^\s~^:?*$[\\\u0000-\u001f\u007f]+$/,
      'the name of a branch',
    )
      .default('main')
      .describe('the trusted branch: what is on it is delivered'),
    registry: Registry.default('own'),
    reuse: z
      .enum(['none', 'branches'])
      .default('none')
      .describe(
        '`branches`: `deliver` uses images that `verify` built, in a registry with a credential; trusts everybody who may push',
      ),
    aws: Aws.optional(),
    ssh_keys: z.array(RepositoryPath).optional().describe('public keys that may log in on the nodes'),
    images: z.record(Name, Image).default({}),
    amis: z.record(Name, Ami).default({}),
    infrastructure: z.record(Name, Infrastructure).default({}),
    stacks: z.record(Name, Stack).default({}),
    jenkins: Jenkins.prefault({}),
    retention: Retention.prefault({}),
    backup: Backup.optional(),
    jobs: z.record(z.string(), Job).default({}),
    notify: Notify.optional(),
    mirrors: Mirrors.optional(),
  })
  .describe('A Millrace project');
export type Project = z.infer<typeof Project>;
