import { UserError } from '../../model/user-error.ts';
import { shorten } from '../../model/shorten.ts';
import { findJobs, startJob } from '../home/run-job.ts';
import type { JobTools } from '../home/run-job.ts';
import { tasksOf } from '../home/scale-service.ts';
import { isOutOfSequence } from '../stack/forget-image.ts';
import { isAlive } from '../stack/one-shot.ts';
import { keyComment } from './hand-over-names.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';

/** Whose key it is, and where it is to be known. */
export interface NodeKeyWork extends JobTools {
  project: string;
  /** With a shell and chroot(8), by digest. */
  image: string;
  /** Who logs in to nodes. */
  user: string;
}

const POLL = 500;
const LIMIT = 10 * 60_000;
const ATTEMPTS = 20;
/** Where a task has its node's own file system. */
const HOST = '/host';
const RETRIES = 2;

/**
 * Lets one key into a user of the node, and none that an earlier hand-over had; with an empty one, none at all. The file
 * is replaced whole: somebody may be logging in. `$1` user, `$2` what the comment of each such key is, `$3` key.
 */
export const SCRIPT = `set -eu
home=$(getent passwd "$1" | cut -d: -f6)
if [ -z "$home" ]; then echo "there is no user $1 on this node" >&2; exit 1; fi
keys=$home/.ssh/authorized_keys
if [ ! -e "$keys" ]; then echo "$keys is not there" >&2; exit 1; fi
cp -p "$keys" "$keys.millrace"
{
  grep -v " $2\\$" "$keys" || true
  if [ -n "$3" ]; then printf '%s\\n' "$3"; fi
} >"$keys.millrace"
mv "$keys.millrace" "$keys"`;

/**
 * Has each node that is up let in the key by which a hand-over deploys what it stands on, by a task on each: whoever asks a
 * manager's engine may do so, and nobody keeps a key for it. A node that takes no work, as one of a deploy that failed
 * halfway, takes some for that moment; one that is drained is passed over, since more would begin there than this.
 * @param key one line with the comment of `keyComment`; undefined takes away what there is
 * @throws UserError KEY_REFUSED naming a node's own words
 */
export async function changeNodeKey(work: NodeKeyWork, key: string | undefined): Promise<void> {
  const { engine } = work;
  const nodes = ((await engine.get('/nodes')) as SwarmNode[]).filter(isUp);
  const paused = nodes.filter(({ Spec }) => Spec.Availability === 'pause');
  const count = nodes.filter(({ Spec }) => Spec.Availability !== 'drain').length;
  await sweep(work);
  try {
    for (const { ID } of paused) await setAvailability(work, ID, 'active');
    await runEverywhere(work, key, count);
  } finally {
    for (const { ID } of paused) await setAvailability(work, ID, 'pause');
    await sweep(work);
  }
}

interface SwarmNode {
  ID: string;
  Version: { Index: number };
  Spec: { Availability: string; Role: string };
  Status: { State: string };
}

const isUp = ({ Status }: SwarmNode): boolean => Status.State === 'ready';

/** Whether this node is to go, and another one manages that takes work: there the Swarm starts a job again that ends here. */
export async function isToMove({ engine }: Pick<NodeKeyWork, 'engine'>, node: string): Promise<boolean> {
  const nodes = ((await engine.get('/nodes')) as SwarmNode[]).filter(isUp);
  const [own, others] = [nodes.filter(({ ID }) => ID === node), nodes.filter(({ ID }) => ID !== node)];
  return (
    own.some(({ Spec }) => Spec.Availability !== 'active') &&
    others.some(({ Spec }) => Spec.Role === 'manager' && Spec.Availability === 'active')
  );
}

/** What the Swarm has just noted of the node does not hinder it. */
async function setAvailability(
  { engine }: Pick<NodeKeyWork, 'engine'>,
  id: string,
  Availability: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const node = (await engine.get(`/nodes/${id}`)) as SwarmNode | undefined;
    if (!node) return;
    try {
      await engine.post(`/nodes/${id}/update?version=${node.Version.Index}`, { ...node.Spec, Availability });
      return;
    } catch (error) {
      if (!isOutOfSequence(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Of a job that a killed run has left, too. */
async function sweep({ engine, project }: Pick<NodeKeyWork, 'engine' | 'project'>): Promise<void> {
  for (const { ID, Spec } of await findJobs(engine, { project, stack: JENKINS_STACK }))
    if (Spec.Name.startsWith(prefixOf(project))) await engine.remove(`/services/${ID}`);
}

/** A service's name has 63 characters at most. */
const prefixOf = (project: string): string => `millrace-keys-${project.replaceAll('.', '-').slice(0, 30)}-`;

async function runEverywhere(work: NodeKeyWork, key: string | undefined, count: number): Promise<void> {
  const { engine, clock, signal, project, image, user } = work;
  const words = [user, keyComment(project), key?.trim() ?? ''];
  const id = await startJob(
    {
      // One that was just removed lingers under its name.
      name: `${prefixOf(project)}${clock.now()}`,
      ...{ project, stack: JENKINS_STACK, image, everywhere: true, constraints: [], retries: RETRIES },
      argv: ['chroot', HOST, 'sh', '-c', SCRIPT, 'keys', ...words],
      mounts: [{ source: '/', target: HOST }],
    },
    work,
  );
  for (const end = clock.now() + LIMIT; ; await clock.sleep(POLL, signal)) {
    const tasks = await tasksOf(engine, id);
    const done = new Set(
      tasks.flatMap(({ Status, NodeID }) => (Status.State === 'complete' ? (NodeID ?? []) : [])),
    );
    if (done.size >= count) return;
    const failed = tasks.filter((task) => !isAlive(task) && !done.has(task.NodeID ?? ''));
    const isLast = failed.length > RETRIES && !tasks.some(isAlive);
    if (!isLast && clock.now() < end) continue;
    const [last] = failed.sort((a, b) => (a.Status.Timestamp < b.Status.Timestamp ? 1 : -1));
    const said = last && (await engine.readLog(`/tasks/${last.ID}/logs`, 1))[0];
    const why = said ?? last?.Status.Err ?? 'not every node has answered in 10 minutes; see docker node ls';
    throw new UserError(
      'KEY_REFUSED',
      `a node does not let the hand-over in: ${shorten(why.replace(/\s+/g, ' ').trim(), 300)}`,
    );
  }
}
