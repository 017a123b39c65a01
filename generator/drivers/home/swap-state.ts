import { fitName } from '../../model/fit-name.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { PROJECT, ownLabels } from '../stack/stack-names.ts';
import { labelQuery } from '../stack/swarm-objects.ts';
import type { ServiceSpec, SwarmFile } from '../stack/swarm-objects.ts';
import type { Home } from './find-home.ts';

/**
 * How far a swap has come:
 * - `stopping`: the former controller may be quiet or stopped; its home is as it left it, the snapshot not whole
 * - `copied`: the snapshot is whole; the new controller may have been started
 * - `restoring`: the new one is given up
 */
export type SwapPhase = 'stopping' | 'copied' | 'restoring';

/** A swap that has begun and not ended: what is needed to end it, whoever comes. */
export interface SwapState {
  version: 1;
  /** Of the snapshot. */
  snapshot: string;
  /** Of the service in the stack file, and in the Swarm. */
  service: string;
  serviceId: string;
  home: Home;
  /** What ran before, whole. */
  former: ServiceSpec;
  /** The service's hash that is swapped in. */
  target: string;
  /** Ids of the tasks that there were. */
  known: readonly string[];
}

export interface SwapPlace {
  engine: Pick<Engine, 'get' | 'post' | 'remove'>;
  project: string;
  stack: string;
}

interface StateConfig extends SwarmFile {
  Version: { Index: number };
}

/** On the config: the phase, for only labels of a config can be changed. */
const PHASE = 'millrace.swap';

/** @returns undefined where no swap is under way */
export async function readSwap(
  place: SwapPlace,
): Promise<{ state: SwapState; phase: SwapPhase } | undefined> {
  const found = await findConfig(place);
  if (!found) return undefined;
  return { state: stateOf(found), phase: found.Spec.Labels![PHASE] as SwapPhase };
}

/** @returns what controllers of a project would go back to: until their swaps have ended, those still need what they name */
export async function formerSpecs(engine: Pick<Engine, 'get'>, project: string): Promise<ServiceSpec[]> {
  const query = labelQuery(`${PROJECT}=${project}`, PHASE);
  return ((await engine.get(`/configs?${query}`)) as StateConfig[]).map((one) => stateOf(one).former);
}

/**
 * The first phase.
 * @throws UserError SWAP_CUT_OFF where another one has begun and not ended: of two nobody could say which home is whose
 */
export async function beginSwap(place: SwapPlace, state: SwapState): Promise<void> {
  if (await findConfig(place)) throw swapCutOff(place);
  const name = fitName(`millrace-${place.project}-${place.stack}`, `swap-${state.snapshot}`);
  const labels = { ...ownLabels(place.project, place.stack), [PHASE]: 'stopping' };
  const data = Buffer.from(JSON.stringify(state)).toString('base64');
  await place.engine.post('/configs/create', { Name: name, Labels: labels, Data: data });
}

export async function advanceSwap(place: SwapPlace, phase: SwapPhase): Promise<void> {
  const { ID, Version, Spec } = (await findConfig(place))!;
  const labels = { ...Spec.Labels, [PHASE]: phase };
  await place.engine.post(`/configs/${ID}/update?version=${Version.Index}`, { ...Spec, Labels: labels });
}

export async function endSwap(place: SwapPlace): Promise<void> {
  const found = await findConfig(place);
  if (found) await place.engine.remove(`/configs/${found.ID}`);
}

export function swapCutOff({ stack }: Pick<SwapPlace, 'stack'>): UserError {
  return new UserError(
    'SWAP_CUT_OFF',
    `a swap of stack:${stack} was cut off, and its JENKINS_HOME may not be the one to go on with; millrace apply --only stack:${stack} ends it; then run this again`,
  );
}

function stateOf({ Spec }: StateConfig): SwapState {
  return JSON.parse(Buffer.from(Spec.Data ?? '', 'base64').toString('utf8')) as SwapState;
}

/** The newest, where there are several: it began on what the one before had left, so it is ended first. */
async function findConfig({ engine, project, stack }: SwapPlace): Promise<StateConfig | undefined> {
  const own = Object.entries(ownLabels(project, stack)).map(([key, value]) => `${key}=${value}`);
  const found = (await engine.get(`/configs?${labelQuery(...own, PHASE)}`)) as StateConfig[];
  return found.sort((a, b) => (a.Spec.Name < b.Spec.Name ? 1 : -1))[0];
}
