import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { plainPath } from '../../hash/path-inputs.ts';
import type { Infrastructure } from '../../model/project/components.ts';
import { UserError } from '../../model/user-error.ts';
import type { TaskContext } from '../driver.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { createRedaction, playbookEnvironment } from './playbook-environment.ts';
import { readPlaybookOutput } from './playbook-output.ts';
import { hostKeyOptions, quoteWord } from './ssh-access.ts';
import { writeVariables } from './playbook-variables.ts';

export interface PlaybookRun {
  /** Id of the component, for messages. */
  id: string;
  /** From the repository's root. */
  playbook: string;
  infrastructure: Pick<Infrastructure, 'hosts'>;
  /** Holds exactly the hashed files. */
  export: string;
  /** For what is no part of it: variables, an empty inventory. */
  folder: string;
  variables: Readonly<Record<string, unknown>>;
  region: string | undefined;
}

/** What a playbook has begun with a machine, such as an upgrade, is better not cut off at once. */
const GRACE_SECONDS = 30;
/** By this variable all that a playbook starts on this machine is found again. */
const MARK = 'MILLRACE_PLAYBOOK';

/**
 * @returns undefined where it ended well, else why not, one line
 * @throws UserError NO_PROGRAM
 */
export async function runPlaybook(
  run: PlaybookRun,
  tools: InfrastructureTools,
  { log, phase, signal }: Pick<TaskContext, 'log' | 'phase' | 'signal'>,
): Promise<string | undefined> {
  await mkdir(run.folder, { recursive: true, mode: 0o700 });
  await mkdir(dirname(tools.knownHosts), { recursive: true });
  const variables = join(run.folder, 'variables.yml');
  await writeFile(variables, writeVariables(run.variables), { mode: 0o600 });
  const playbook = plainPath(run.playbook);
  const cwd = join(run.export, posix.dirname(playbook));
  const configuration = await findConfiguration(cwd, run.folder);
  const inventory = await findInventory(run, configuration);
  const redact = createRedaction(tools.environment);
  const output = readPlaybookOutput((line) => log(redact(line)), phase);
  const mark = randomUUID();
  const result = await tools.processes
    .run(
      {
        file: 'ansible-playbook',
        args: [...inventory, '--extra-vars', `@${variables}`, '--', posix.basename(playbook)],
        cwd,
        env: {
          ...playbookEnvironment(tools.environment, configuration, run.region),
          ...inventoryEnvironment(run, tools),
          ...tools.host.mark(),
          [MARK]: mark,
        },
      },
      { signal, graceSeconds: GRACE_SECONDS, onLine: output.read },
    )
    .catch((error: unknown) => {
      throw explainMissing(error, run.id);
    });
  output.end();
  if (result.signal !== null || signal.aborted) await tools.endMarked(MARK, mark);
  if (result.code === 0) return undefined;
  if (result.signal !== null) return `ansible-playbook was ended by ${result.signal}`;
  return redact(output.cause());
}

/** The one beside the playbook; else none at all, for the user's own one is in no hash. */
async function findConfiguration(cwd: string, folder: string): Promise<string> {
  const beside = join(cwd, 'ansible.cfg');
  if (existsSync(beside)) return beside;
  const empty = join(folder, 'ansible.cfg');
  await writeFile(empty, '');
  return empty;
}

/** Where neither project.yaml nor ansible.cfg names one there is none: /etc/ansible/hosts is somebody else's. */
async function findInventory(run: PlaybookRun, configuration: string): Promise<string[]> {
  const { hosts } = run.infrastructure;
  if (hosts !== undefined) return ['-i', join(run.export, plainPath(hosts))];
  if (/^\s*inventory\s*[=:]/m.test(readFileSync(configuration, 'utf8'))) return [];
  const none = join(run.folder, 'no-hosts.ini');
  await writeFile(none, '');
  return ['-i', none];
}

/**
 * How hosts of an inventory are believed, as the tunnels to their engines do; what the inventory says of SSH itself, such as
 * a jump host, wins over it.
 */
function inventoryEnvironment(
  { infrastructure }: PlaybookRun,
  { environment, knownHosts }: InfrastructureTools,
): Record<string, string> {
  if (infrastructure.hosts === undefined || environment['ANSIBLE_SSH_COMMON_ARGS']) return {};
  return { ANSIBLE_SSH_COMMON_ARGS: hostKeyOptions(knownHosts).map(quoteWord).join(' ') };
}

function explainMissing(error: unknown, id: string): unknown {
  if (!(error instanceof UserError) || error.code !== 'NO_PROGRAM') return error;
  return new UserError(
    'NO_PROGRAM',
    `${id} needs ansible-playbook, which is not on the PATH; install it with \`pip install --require-hashes -r ansible/requirements.txt\`, in a virtual environment say`,
  );
}
