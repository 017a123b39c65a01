import type { Engine } from '../../ports/engine.ts';
import { PRUNE } from './node-job.ts';
import { isAlive } from './one-shot.ts';
import { readRecords } from './stack-record.ts';
import { PROJECT } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';
import type { ServiceSpec, SwarmFile, SwarmService, SwarmTask } from './swarm-objects.ts';

/**
 * The images that a Swarm needs, whoever's services they are: of each service's specification and of the one that it would
 * go back to, of each task that is on its way or runs, of what was deployed last, and what a config of the project names.
 * @returns digests, or `path:tag` where there is no digest, with who needs it
 * @throws UserError where the engine cannot be asked
 */
export async function findUsedImages(
  engine: Pick<Engine, 'get'>,
  project: string,
): Promise<Map<string, string>> {
  const [services, tasks, configs] = await Promise.all([
    engine.get('/services') as Promise<SwarmService[]>,
    engine.get('/tasks') as Promise<SwarmTask[]>,
    engine.get(`/configs?${labelQuery(`${PROJECT}=${project}`)}`) as Promise<SwarmFile[]>,
  ]);
  const used = new Map<string, string>();
  const add = (reference: string | undefined, who: string): void => {
    if (reference !== undefined && !used.has(keyOf(reference))) used.set(keyOf(reference), who);
  };
  const imageOf = ({ TaskTemplate }: Pick<ServiceSpec, 'TaskTemplate'>): string | undefined =>
    TaskTemplate.ContainerSpec?.Image;
  for (const { Spec } of services) add(imageOf(Spec), `service ${Spec.Name} runs it`);
  for (const { Spec, DesiredState, ...task } of tasks) {
    if (DesiredState === 'running' || isAlive({ Spec, DesiredState, ...task }))
      add(Spec.ContainerSpec?.Image, 'a task runs it');
  }
  for (const { Spec, PreviousSpec } of services)
    if (PreviousSpec) add(imageOf(PreviousSpec), `service ${Spec.Name} would go back to it`);
  for (const [id, { record }] of readRecords(configs))
    for (const { image } of Object.values(record?.services ?? {})) add(image, `${id} was deployed with it`);
  // A swap that was begun keeps there what it would go back to.
  for (const { Spec } of configs.filter((one) => one.Spec.Labels?.[PRUNE] === undefined))
    for (const [digest] of textOf(Spec.Data).matchAll(/sha256:[0-9a-f]{64}/g))
      add(`@${digest}`, `the config ${Spec.Name} names it`);
  return used;
}

function textOf(data = ''): string {
  return Buffer.from(data, 'base64').toString('latin1');
}

/** `127.0.0.1:5000/shop/api:tag@sha256:…` -> the digest; without one `shop/api:tag`. */
export function keyOf(reference: string): string {
  const at = reference.indexOf('@');
  return at === -1 ? reference.slice(reference.indexOf('/') + 1) : reference.slice(at + 1);
}
