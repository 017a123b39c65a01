import { createHash } from 'node:crypto';
import type { Engine } from '../../ports/engine.ts';
import type { DeployLock, LockPlace } from '../../ports/lock-place.ts';

const PREFIX = 'millrace-lock-';
const CLASH = 409;
/** A Swarm's config has a name of 64 characters at most (moby/swarmkit, manager/controlapi/config.go). */
const MAX_NAME = 64;
const LOCK = 'millrace.lock';

interface Config {
  ID: string;
  Version: { Index: number };
  Spec: { Name: string; Labels?: Record<string, string> };
}

/**
 * The deploy lock of a project in a Swarm: one config for each generation, which Swarm makes once, whoever asks at the same
 * time. All that it says is in its labels, for its data can never be changed.
 * @param name of the place, for a person
 */
export function createSwarmLock(engine: Engine, project: string, name: string): LockPlace {
  const prefix = lockPrefix(project);
  const find = async (): Promise<Config[]> => {
    const filters = JSON.stringify({ label: [`${LOCK}=${project}`] });
    return (await engine.get(`/configs?filters=${encodeURIComponent(filters)}`)) as Config[];
  };
  return {
    name,
    list: async () => (await find()).map(readLock).sort((a, b) => a.generation - b.generation),
    make: async (lock) => {
      const spec = { Name: `${prefix}${lock.generation}`, Labels: labelsOf(lock, project), Data: '' };
      // No config is without data.
      const { status } = await engine.post('/configs/create', { ...spec, Data: encode(project) }, [CLASH]);
      return status !== CLASH;
    },
    extend: async (lock) => {
      const held = (await find()).find(({ Spec }) => Spec.Name === `${prefix}${lock.generation}`);
      // Whoever took it over has made the next generation; another run's labels are never written over.
      if (!held || readLock(held).run !== lock.run) return;
      const spec = { ...held.Spec, Labels: labelsOf(lock, project) };
      await engine.post(`/configs/${held.ID}/update?version=${held.Version.Index}`, spec, [404]);
    },
    remove: async ({ generation }) => {
      await engine.remove(`/configs/${encodeURIComponent(`${prefix}${generation}`)}`);
    },
  };
}

function lockPrefix(project: string): string {
  const plain = `${PREFIX}${project}-`;
  // Room for a generation of eight digits.
  if (plain.length + 8 <= MAX_NAME) return plain;
  const digest = createHash('sha256').update(project).digest('hex').slice(0, 12);
  return `${PREFIX}${project.slice(0, 24)}-${digest}-`;
}

function labelsOf({ generation, owner, expires, run, boot, pid, host }: DeployLock, project: string) {
  return {
    'millrace.project': project,
    [LOCK]: project,
    [`${LOCK}.generation`]: String(generation),
    [`${LOCK}.owner`]: owner,
    [`${LOCK}.expires`]: String(expires),
    [`${LOCK}.run`]: run,
    [`${LOCK}.boot`]: boot,
    [`${LOCK}.pid`]: pid,
    ...(host === undefined ? {} : { [`${LOCK}.host`]: host }),
  };
}

function readLock({ Spec }: Config): DeployLock {
  const label = (name: string): string => Spec.Labels?.[`${LOCK}.${name}`] ?? '';
  const host = label('host');
  return {
    generation: Number(label('generation')),
    owner: label('owner'),
    expires: Number(label('expires')),
    run: label('run'),
    boot: label('boot'),
    pid: label('pid'),
    ...(host === '' ? {} : { host }),
  };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
