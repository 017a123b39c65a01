import * as z from 'zod';
import { Duration, Line, Name, RepositoryPath, Scalar, Text, VariableName, pattern, url } from './text.ts';

const variables = z
  .record(VariableName, z.json())
  .describe('values for the template or playbook; part of the source hash');
const inputs = z
  .array(RepositoryPath)
  .describe('further paths that decide the content; part of the source hash');

export const Image = z
  .strictObject({
    context: RepositoryPath.describe('directory that Docker builds from'),
    dockerfile: RepositoryPath.optional().describe('path inside the context; `Dockerfile` by default'),
    target: Line.optional().describe('stage to build; the last one by default'),
    args: z.record(VariableName, Scalar).optional().describe('build arguments'),
    platforms: z
      .array(pattern(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, 'a platform such as linux/amd64'))
      .min(1)
      .optional()
      .describe('platforms to build for; `linux/amd64` by default, never the host’s'),
    test: z
      .array(Text)
      .min(1)
      .optional()
      .describe('command (argv) that runs inside the image before it is published'),
    inputs: inputs.optional(),
  })
  .describe('a Docker image');
export type Image = z.infer<typeof Image>;

export const Ami = z
  .strictObject({
    template: RepositoryPath.describe('Packer template (HCL2, amazon-ebs)'),
    playbook: RepositoryPath.optional().describe('playbook that ansible-local runs in the machine'),
    source: z
      .strictObject({
        owner: pattern(
          /^([0-9]{12}|self|amazon|aws-marketplace)$/,
          'an account id of 12 digits, self, amazon or aws-marketplace',
          'quote the number',
        ).describe('whose image it is'),
        name: Line.describe('filter on the name, with * and ?'),
        architecture: z.enum(['x86_64', 'arm64']).default('x86_64').describe('of the processor'),
        virtualization: z.enum(['hvm', 'paravirtual']).default('hvm').describe('kind of virtualization'),
        rootDevice: z.enum(['ebs', 'instance-store']).default('ebs').describe('kind of the root device'),
      })
      .describe('the AMI to start from; pinned by id per region in project.lock.yaml'),
    variables: variables.optional(),
    inputs: inputs.optional(),
  })
  .describe('a machine image on AWS');
export type Ami = z.infer<typeof Ami>;

export const Infrastructure = z
  .strictObject({
    deploy: RepositoryPath.describe('playbook that brings it up, idempotently'),
    destroy: RepositoryPath.describe('playbook that takes it away'),
    amis: z
      .array(Name)
      .optional()
      .describe('machine images that it starts; their hashes are part of its own'),
    hosts: RepositoryPath.optional().describe('inventory of existing machines, in place of AMIs'),
    replace: z.enum(['rolling', 'recreate']).default('rolling').describe('how nodes are replaced'),
    variables: variables.optional(),
    inputs: inputs.optional(),
  })
  .describe('machines and networks, by a pair of playbooks');
export type Infrastructure = z.infer<typeof Infrastructure>;

export const HealthCheck = z.strictObject({
  url: url(['http', 'https']).describe('URL that must answer'),
  status: z.int().min(100).max(599).default(200).describe('status that counts as healthy'),
  within: Duration.default('5m').describe('how long it may take after a deploy'),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

const health = z.union([
  url(['http', 'https']),
  HealthCheck,
  z.array(z.union([url(['http', 'https']), HealthCheck])),
]);

export const Stack = z
  .strictObject({
    file: RepositoryPath.describe('compose file, as for `docker stack deploy`'),
    on: Name.optional().describe('infrastructure that it runs on; a local engine by default'),
    variables: z.record(VariableName, Scalar).optional().describe('values for `${…}` in the file'),
    health: health
      .optional()
      .describe('what must answer before the stack counts as deployed: a URL, or a list of them'),
  })
  .describe('services on a Docker Swarm');
export type Stack = z.infer<typeof Stack>;
