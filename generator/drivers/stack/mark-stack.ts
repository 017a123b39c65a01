import { componentId } from '../../model/component.ts';
import type { Engine } from '../../ports/engine.ts';
import { lookAtSwarm, servicesOf } from './look-at-swarm.ts';
import { namespaceOf } from './stack-names.ts';
import { dropPending, markPending } from './stack-record.ts';

/**
 * Says of a stack that runs that it is to be deployed again, though its files are the same. Who calls this holds the deploy
 * lock: a deploy that is going on would take the mark away with its own.
 * @returns false where it does not run: its first deploy finds what is there then
 */
export async function markStack(
  engine: Pick<Engine, 'get' | 'post' | 'remove'>,
  project: string,
  stack: string,
): Promise<boolean> {
  const look = await lookAtSwarm(engine, project);
  const record = look.records.get(componentId('stack', stack));
  if (!record && servicesOf(look, project, stack).size === 0) return false;
  const place = { engine, project, stack, namespace: namespaceOf(project, stack) };
  await markPending(place, record?.record?.hash ?? '');
  return true;
}

/** Whether a deploy of it has begun and not ended, or it was marked. */
export async function isMarked(
  engine: Pick<Engine, 'get'>,
  project: string,
  stack: string,
): Promise<boolean> {
  const { records } = await lookAtSwarm(engine, project);
  return records.get(componentId('stack', stack))?.pending ?? false;
}

/** Takes back a mark of one's own. */
export async function unmarkStack(
  engine: Pick<Engine, 'post' | 'remove'>,
  project: string,
  stack: string,
): Promise<void> {
  await dropPending({ engine, project, stack, namespace: namespaceOf(project, stack) });
}
