import { createHash } from 'node:crypto';
import type { Engine } from '../../ports/engine.ts';

/** What was deployed of an inventory; kept as configs of its Swarm, since its machines have no tags. */
export interface InventoryRecord {
  hash: string;
  revision: string | null;
  /** ISO 8601. */
  deployed: string;
  /** How each machine was known to the Swarm right after: `is ready`, `is a manager`, … by host name. */
  nodes: Readonly<Record<string, readonly string[]>>;
}

export interface InventoryRecords {
  deployed?: InventoryRecord;
  /** The hash of a deploy that was begun and not ended. */
  pending?: string;
}

interface SwarmConfig {
  ID: string;
  Spec: { Name: string; Labels?: Record<string, string> | null; Data?: string };
}

/** `<project>/<infrastructure>`. Not the labels of stacks: nobody takes it for one. */
const OWNER = 'millrace.inventory';
const STATE = 'millrace.inventory.state';

export async function readRecords(engine: Engine, project: string, name: string): Promise<InventoryRecords> {
  const records: InventoryRecords = {};
  for (const { Spec } of await listConfigs(engine, project, name)) {
    const data = JSON.parse(Buffer.from(Spec.Data ?? '', 'base64').toString('utf8')) as InventoryRecord;
    if (Spec.Labels?.[STATE] === 'pending') records.pending = data.hash;
    else records.deployed = data;
  }
  return records;
}

/** Comes before anything is changed. */
export async function markPending(
  engine: Engine,
  project: string,
  name: string,
  hash: string,
): Promise<void> {
  await write(engine, project, name, 'pending', { hash });
}

/** The mark goes last: who is killed before leaves a deploy that is to be finished. */
export async function recordDeployed(
  engine: Engine,
  project: string,
  name: string,
  record: InventoryRecord,
): Promise<void> {
  await write(engine, project, name, 'deployed', record);
  await removeRecords(engine, project, name, 'pending');
}

/** @param state both where undefined */
export async function removeRecords(
  engine: Engine,
  project: string,
  name: string,
  state?: 'pending' | 'deployed',
): Promise<void> {
  for (const { ID, Spec } of await listConfigs(engine, project, name))
    if (state === undefined || Spec.Labels?.[STATE] === state) await engine.remove(`/configs/${ID}`);
}

/** No config can be changed, so the one before goes first. */
async function write(
  engine: Engine,
  project: string,
  name: string,
  state: 'pending' | 'deployed',
  data: object,
): Promise<void> {
  await removeRecords(engine, project, name, state);
  const digest = createHash('sha256').update(`${project}/${name}`).digest('hex').slice(0, 16);
  const config = {
    Name: `millrace-inventory-${digest}-${state}`,
    Labels: { [OWNER]: `${project}/${name}`, [STATE]: state },
    Data: Buffer.from(JSON.stringify(data)).toString('base64'),
  };
  await engine.post('/configs/create', config);
}

async function listConfigs(engine: Engine, project: string, name: string): Promise<SwarmConfig[]> {
  const filters = JSON.stringify({ label: [`${OWNER}=${project}/${name}`] });
  return ((await engine.get(`/configs?filters=${encodeURIComponent(filters)}`)) ?? []) as SwarmConfig[];
}
