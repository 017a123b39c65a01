import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';

/** The container of Jenkins' controller, and the node of the Swarm that it runs on. */
export interface FoundController {
  container: string;
  /** Whether it runs on the node whose engine was asked. */
  isHere: boolean;
  /** What the node may be known by: the label millrace.instance, its host name, its address. */
  node: readonly string[];
}

interface Task {
  CreatedAt: string;
  NodeID?: string;
  DesiredState: string;
  Status: { State: string; Err?: string; ContainerStatus?: { ContainerID?: string } };
}

interface Node {
  Spec: { Labels?: Record<string, string> };
  Description: { Hostname: string };
  Status: { Addr?: string };
}

/**
 * @param engine of a manager
 * @param service its name in the Swarm
 * @returns undefined where there is no such service
 * @throws UserError JENKINS_UNREACHABLE where no task of it runs
 */
export async function findController(
  engine: Pick<Engine, 'get'>,
  service: string,
): Promise<FoundController | undefined> {
  const named = (await engine.get(`/services?${filter({ name: [service] })}`)) as {
    ID: string;
    Spec: { Name: string };
  }[];
  // The filter takes what only begins so.
  const found = named.find(({ Spec }) => Spec.Name === service);
  if (!found) return undefined;
  const tasks = (await engine.get(`/tasks?${filter({ service: [found.ID] })}`)) as Task[];
  const newest = [...tasks].sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
  const running = newest.find(
    ({ DesiredState, Status }) => DesiredState === 'running' && Status.State === 'running',
  );
  const container = running?.Status.ContainerStatus?.ContainerID;
  if (!running || container === undefined) throw noTask(service, newest[0]);
  return { container, ...(await findNode(engine, running.NodeID)) };
}

/**
 * The node that the last task ran on, or runs.
 * @param tasks of one service
 */
export async function findNodeNames(
  engine: Pick<Engine, 'get'>,
  tasks: readonly { CreatedAt: string; NodeID?: string }[],
): Promise<Pick<FoundController, 'isHere' | 'node'>> {
  const [last] = tasks
    .filter(({ NodeID }) => NodeID !== undefined)
    .sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
  return findNode(engine, last?.NodeID);
}

async function findNode(
  engine: Pick<Engine, 'get'>,
  id: string | undefined,
): Promise<Pick<FoundController, 'isHere' | 'node'>> {
  const [info, node] = await Promise.all([
    engine.get('/info') as Promise<{ Swarm?: { NodeID?: string } }>,
    engine.get(`/nodes/${id}`) as Promise<Node | undefined>,
  ]);
  const names = [
    node?.Spec.Labels?.['millrace.instance'],
    node?.Description.Hostname,
    node?.Status.Addr,
  ].filter((name) => name !== undefined && name !== '');
  return { isHere: info.Swarm?.NodeID === id, node: names as string[] };
}

function noTask(service: string, last: Task | undefined): UserError {
  const err = last?.Status.Err ?? '';
  const found = last ? `the last is ${last.Status.State}${err === '' ? '' : ` (${err})`}` : 'there is none';
  return new UserError(
    'JENKINS_UNREACHABLE',
    `Jenkins is there, but no task of ${service} runs: ${found}; see: docker service ps --no-trunc ${service}`,
  );
}

function filter(filters: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(filters))}`;
}
