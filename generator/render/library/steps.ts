import * as z from 'zod';

/** One step of the shared library: what its help says, and what it takes. */
export interface LibraryStep {
  name: string;
  about: string;
  options: z.ZodObject;
  /** True where it takes a block. */
  block: boolean;
  /** Lines about the methods that it has beside `call`. */
  methods: readonly string[];
  example: string;
}

const label = z.string().describe('label expression of the agents that may run it');
const credential = z
  .string()
  .optional()
  .describe('id of a credential that the trusted branch’s folder holds');
const reuse = z
  .boolean()
  .optional()
  .describe('true where branches have the registry’s credential, too; forks never have it');
const aws = z
  .string()
  .optional()
  .describe('id of a user and password: an access key for AWS, bound where this job delivers');

const ssh = z.boolean().optional().describe('true where the credential is an SSH key');
const hostKeys = z
  .array(z.string())
  .optional()
  .describe(
    'with `ssh`: lines of known_hosts, the only ones that are believed; without them the first that is seen',
  );

/** The source of every vars/*.txt; a test holds it against vars/*.groovy. */
export const LIBRARY_STEPS: readonly LibraryStep[] = [
  {
    name: 'millrace',
    about:
      'Runs a block in a checkout of this build’s commit on an agent, with MILLRACE_ROLE saying whether this job verifies or delivers.',
    options: z.object({ label, aws }),
    block: true,
    methods: [
      'millrace.role(): "deliver" in the trusted branch’s folder, else "verify"',
      'millrace.delivers(): true where the role is "deliver"',
      'millrace.builtCommit(): the commit of this build; null before its first checkout',
    ],
    example: "millrace(label: 'build') { sh 'millrace validate' }",
  },
  {
    name: 'planComponents',
    about:
      'Plans this commit once, stashes the plan for the agents that carry it out, and lists what is kept with the reason.',
    options: z.object({ aws }),
    block: false,
    methods: [
      'planComponents.has(action): true where the plan holds a component with that action',
      'planComponents.having(action, ids): those of the ids whose component has that action',
      'planComponents.waves(action, except): ids in waves, but for those of a list, each after what it depends on; removals the other way round',
    ],
    example: 'planComponents()',
  },
  {
    name: 'applyComponents',
    about:
      'Carries out the plan’s components with the given action: waves one after the other, each wave in parallel, a stage for each component.',
    options: z.object({
      action: z.string().describe('action of the plan: build, deploy or remove'),
      label,
      registry: credential,
      reuse,
      aws,
      except: z.array(z.string()).optional().describe('ids that are left out, and that nothing waits for'),
    }),
    block: false,
    methods: [],
    example: "applyComponents(action: 'build', label: 'build')",
  },
  {
    name: 'handOver',
    about:
      'Hands those of the components that the plan deploys to a job outside Jenkins, which deploys them once the build has ended; does nothing where the plan deploys none.',
    options: z.object({
      components: z.array(z.string()).describe('ids of what carries this Jenkins'),
      label,
      registry: credential,
      aws,
    }),
    block: false,
    methods: [],
    example: "handOver(components: ['infrastructure:cluster', 'stack:jenkins'], label: 'deploy')",
  },
  {
    name: 'applyComponent',
    about: 'Carries out the stashed plan for one component, on any agent with the label.',
    options: z.object({
      id: z.string().describe('id of the component, such as image:api'),
      label,
      registry: credential,
      reuse,
      aws,
    }),
    block: false,
    methods: [],
    example: "applyComponent(id: 'image:api', label: 'build')",
  },
  {
    name: 'withJobValues',
    about:
      'Runs a block with the values of the job that runs, where its pipeline is that of many jobs: its row of a table below resources/jobs, read from the trusted branch. Fails where the table has none.',
    options: z.object({
      table: z.string().describe('path of the table below resources/jobs, without .json'),
      environment: z
        .array(z.string())
        .optional()
        .describe('values that all its jobs share, such as "NAME=value"'),
    }),
    block: true,
    methods: [],
    example: "withJobValues(table: 'smoke') { sh './smoke.sh \"$SERVICE\"' }",
  },
  {
    name: 'withRegistry',
    about:
      'Runs a block with MILLRACE_REGISTRY_USERNAME and MILLRACE_REGISTRY_PASSWORD; without a credential, or outside the trusted branch’s folder, it only runs the block; `reuse` lets branches in.',
    options: z.object({ credential, reuse }),
    block: true,
    methods: [],
    example: "withRegistry(credential: 'registry') { sh 'millrace apply' }",
  },
  {
    name: 'withAws',
    about:
      'Runs a block with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without a credential, or outside the trusted branch’s folder, it only runs the block.',
    options: z.object({ credential }),
    block: true,
    methods: [],
    example: "withAws(credential: 'aws') { sh 'millrace status' }",
  },
  {
    name: 'withGit',
    about: 'Runs a block in which git may push to the repository.',
    options: z.object({
      credential,
      ssh,
      hostKeys,
    }),
    block: true,
    methods: [],
    example: "withGit(credential: 'git') { sh 'git push origin HEAD:refs/heads/proposal' }",
  },
  {
    name: 'proposeLock',
    about:
      'Commits pins that moved, such as project.lock.yaml and plugins.txt, to a branch and pushes it; does nothing where none has.',
    options: z.object({
      branch: z.string().describe('branch to push to'),
      message: z.string().describe('message of the commit'),
      credential,
      ssh,
      hostKeys,
    }),
    block: false,
    methods: [],
    example: "proposeLock(branch: 'millrace/refresh', message: 'build: refresh the pins')",
  },
  {
    name: 'oncePerMonth',
    about: 'Runs a block in the first build of a month (UTC) that succeeds, and in no other.',
    options: z.object({}),
    block: true,
    methods: [],
    example: "oncePerMonth { sh 'millrace lock --update ami:node' }",
  },
  {
    name: 'pruneDocker',
    about: 'Frees what no running, previous or recent version needs.',
    options: z.object({
      label: label.optional(),
      aws,
      dryRun: z.boolean().optional().describe('only say what would be freed'),
    }),
    block: false,
    methods: [],
    example: 'pruneDocker(dryRun: true)',
  },
  {
    name: 'confirmAccount',
    about:
      'Asks a person for the account’s id and stops the build unless it is an expected one; the answer is in MILLRACE_CONFIRM.',
    options: z.object({
      message: z.string().describe('the question'),
      expected: z.array(z.string()).describe('answers that let the build go on'),
      description: z.string().describe('what to type'),
    }),
    block: false,
    methods: [],
    example: "confirmAccount(message: 'Destroy?', expected: ['123456789012'], description: 'The account')",
  },
  {
    name: 'notifyBuild',
    about:
      'Tells people how the build ended, with what failed, why, the last lines of its log and a link. A notifier that fails is logged and never fails the build; Slack hears of the trusted branch only.',
    options: z.object({
      event: z.string().describe('what happened, such as "failed"'),
      mail: z.array(z.string()).optional().describe('addresses'),
      slack: z.string().optional().describe('id of a secret text: the webhook’s address'),
    }),
    block: false,
    methods: [
      'notifyBuild.remember(reason): keeps what the CLI said of a failure, or else the reason, for the message',
      'notifyBuild.firstFailure(): the first line of what went wrong, or an empty text',
      'notifyBuild.attempt(channel) { … }: runs a block whose failure is logged only',
      'notifyBuild.onAgent(label) { … }: runs a block on the agent that the build has, else on one with the label',
    ],
    example: "notifyBuild(event: 'failed', mail: ['ops@example.com'])",
  },
  {
    name: 'notifyCommit',
    about:
      'Sets the status of the built commit on GitHub, for the trusted branch; branches and pull requests have it from their branch source. What fails is logged and never fails the build.',
    options: z.object({
      statuses: z.string().describe('address of the API that a commit is added to'),
      credential: z.string().describe('id of a user and token that may write commit statuses'),
    }),
    block: false,
    methods: [],
    example:
      "notifyCommit(statuses: 'https://api.github.com/repos/acme/shop/statuses/', credential: 'git-push')",
  },
];
