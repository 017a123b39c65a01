import { digestOf } from './canonical-json.ts';
import type { ResolvedService } from './resolve-stack.ts';
import type { StackRecord } from './stack-record.ts';
import { HASH } from './stack-names.ts';
import type { SwarmService } from './swarm-objects.ts';

/** What is to be done to the services of a stack, by their names in its file. */
export interface ServiceChanges {
  /** With why, for the log. */
  deployed: ReadonlyMap<string, string>;
  kept: readonly string[];
  /** No longer in the file. */
  removed: readonly string[];
}

/** Neither goes on by itself. */
const HALTED: ReadonlySet<string> = new Set(['paused', 'rollback_paused']);

/**
 * A service is kept only where its hash is the wanted one and the Swarm has exactly what was deployed under it: a change
 * by hand, or a deploy that ended before it was recorded, leaves that open.
 */
export function compareServices(
  wanted: ReadonlyMap<string, Pick<ResolvedService, 'hash'>>,
  live: ReadonlyMap<string, SwarmService>,
  record: StackRecord | undefined,
): ServiceChanges {
  const deployed = new Map<string, string>();
  const kept: string[] = [];
  for (const [name, { hash }] of wanted) {
    const why = whyDeploy(hash, live.get(name), record?.services[name]);
    if (why === undefined) kept.push(name);
    else deployed.set(name, why);
  }
  return { deployed, kept, removed: [...live.keys()].filter((name) => !wanted.has(name)).sort() };
}

function whyDeploy(
  hash: string,
  service: SwarmService | undefined,
  record: StackRecord['services'][string] | undefined,
): string | undefined {
  if (!service) return 'is new';
  const { Spec, UpdateStatus } = service;
  if (Spec.Labels?.[HASH] !== hash) return 'changed';
  if (record?.hash !== hash) return 'was deployed by a run that did not end';
  if (record.spec !== digestOf(Spec)) return 'was changed by hand';
  return HALTED.has(UpdateStatus?.State ?? '') ? 'its update was halted' : undefined;
}
