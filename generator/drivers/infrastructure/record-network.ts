import { UserError } from '../../model/user-error.ts';
import type { CloudNetwork } from '../../ports/cloud-resources.ts';
import type { Observation } from '../../plan/plan.ts';
import type { HashedComponent, TaskContext } from '../driver.ts';
import { splitSweep, takeFingerprint } from './fingerprint.ts';
import type { LiveInfrastructure } from './fingerprint.ts';
import { staleTags, writeFingerprint } from './fingerprint-tags.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { TAG } from './tags.ts';

/** EC2 shows what was just changed after a moment. */
const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 2_000;

/**
 * Looks at what a playbook left, and writes it on the network: the fingerprint, the commit and the time. Where it is as
 * it was, nothing is written.
 * @throws UserError DEPLOY_UNFINISHED
 */
export async function recordNetwork(
  { id, name, hash }: Pick<HashedComponent, 'id' | 'name' | 'hash'>,
  { source: { project, files }, observation }: Pick<TaskContext, 'source' | 'observation'>,
  tools: InfrastructureTools,
): Promise<void> {
  const cloud = tools.cloud!;
  let live: LiveInfrastructure | undefined;
  let unfinished: string | undefined;
  for (let attempt = 1; ; attempt++) {
    live = splitSweep(await cloud.sweep(project.project)).get(name);
    unfinished = findUnfinished(live, hash);
    if ((unfinished === undefined && isSettled(live!)) || attempt === ATTEMPTS) break;
    await tools.clock.sleep(PAUSE_MILLISECONDS);
  }
  if (unfinished !== undefined)
    throw new UserError(
      'DEPLOY_UNFINISHED',
      `${id}: the playbook ended well, but ${unfinished}; its last task must write that (ansible/tasks/finish.yml)`,
    );
  const network = live!.networks[0]!;
  const fingerprint = writeFingerprint(takeFingerprint(live!));
  const stale = staleTags(network.tags, fingerprint);
  const isRecorded =
    stale.length === 0 && hasAll(network, fingerprint) && network.tags[TAG.deployed] !== undefined;
  if (isRecorded && isSame(observation, hash)) return;
  const set = {
    ...fingerprint,
    ...(files.revision === null ? {} : { [TAG.revision]: files.revision }),
    [TAG.deployed]: new Date(tools.clock.now()).toISOString(),
  };
  const changed = Object.entries(set).filter(([key, value]) => network.tags[key] !== value);
  await cloud.retag(network.id, Object.fromEntries(changed), stale);
}

/** Whether there was nothing to be deployed. */
function isSame(observation: Observation, hash: string): boolean {
  if (observation.state !== 'running') return false;
  const { hash: before, pending, drift } = observation;
  return before === hash && !pending && drift.length === 0;
}

function findUnfinished(live: LiveInfrastructure | undefined, hash: string): string | undefined {
  const [network] = live?.networks ?? [];
  if (!network) return 'no network bears its tags millrace:project and millrace:component';
  if (network.tags[TAG.pending] !== undefined) return `${network.id} still bears the tag ${TAG.pending}`;
  if (network.tags[TAG.hash] !== hash) return `${network.id} does not bear the hash in the tag ${TAG.hash}`;
  return undefined;
}

/** Nothing that is just on its way from one state to another. */
function isSettled({ machines }: LiveInfrastructure): boolean {
  return machines.every(({ state }) => state !== 'pending' && state !== 'stopping');
}

function hasAll({ tags }: CloudNetwork, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => tags[key] === value);
}
