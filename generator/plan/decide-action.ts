import type { Component, ComponentId } from '../model/component.ts';
import { shorten } from '../model/shorten.ts';
import { describeChanges } from './describe-changes.ts';
import type { Action, Artifact, InputChange, Observation } from './plan.ts';

/** All that decides about one component. */
export interface Situation {
  component: Component;
  /** Of the commit that is planned. */
  hash: string;
  observation: Observation;
  /** Empty where nothing differs or the former inputs are not known. */
  changes: readonly InputChange[];
  /** Content parents that are built by this plan. */
  rebuilt: readonly ComponentId[];
}

export interface Decision {
  action: Action;
  /** For a person, one line. */
  reason: string;
}

export function decideAction(situation: Situation): Decision {
  const { component, observation } = situation;
  const isStored = component.kind === 'image' || component.kind === 'ami';
  return isStored ? decideBuild(situation, observation) : decideDeploy(situation, observation);
}

function decideBuild(situation: Situation, observation: Observation): Decision {
  const { component, hash, rebuilt } = situation;
  if (observation.state === 'built')
    return { action: 'keep', reason: describeArtifact(observation.artifact) };
  if (observation.state !== 'absent') throw new Error(`${component.id} cannot run: it is built and stored`);
  const { why, last } = observation;
  const build = (reason: string): Decision => ({ action: 'build', reason });
  const changed = describeChanges(situation);
  if (changed !== undefined) return build(changed);
  if (why === 'incomplete') return build('only incomplete leftovers of a dead run');
  if (why !== undefined) return build(why);
  if (last === undefined) return build('never built');
  if (last.hash === hash) return build('was built before, but its artifact is gone');
  if (rebuilt.length > 0) return build(describeChanges({ ...situation, changes: toChanges(rebuilt) })!);
  return build(`changed since ${describeLast(last.revision)}`);
}

function decideDeploy(situation: Situation, observation: Observation): Decision {
  const { component, hash, rebuilt } = situation;
  const deploy = (reason: string): Decision => ({ action: 'deploy', reason });
  if (observation.state === 'built') throw new Error(`${component.id} is no artifact: it is deployed`);
  if (observation.state === 'elsewhere') return { action: 'keep', reason: `left to ${observation.who}` };
  if (observation.state === 'absent') return deploy(describeAbsence(observation.why));
  if (observation.pending) return deploy('an earlier deploy was interrupted (pending)');
  if (observation.hash === null) return deploy('what runs carries no hash: it was not deployed by millrace');
  if (observation.hash !== hash) {
    return deploy(describeChanges(situation) ?? `changed since ${describeLast(observation.revision)}`);
  }
  if (observation.drift.length > 0) return deploy(describeDrift(observation.drift));
  // The artifact under the parent's hash had gone; what is built anew has another digest than what runs.
  if (rebuilt.length > 0) return deploy(describeChanges({ ...situation, changes: toChanges(rebuilt) })!);
  const since = observation.revision === undefined ? '' : ` since ${observation.revision.slice(0, 12)}`;
  return { action: 'keep', reason: `runs, unchanged${since}` };
}

function describeAbsence(why: string | undefined): string {
  if (why === undefined) return 'not deployed yet';
  return why === 'host absent' ? 'not deployed yet: its host is not there either' : why;
}

/** A digest of 64 digits says no more than its beginning. */
function describeArtifact({ reference }: Artifact): string {
  return `exists as ${reference.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1')}`;
}

function describeLast(revision: string | undefined): string {
  if (revision === undefined) return 'the last time, at a commit that was not recorded';
  return `${revision.slice(0, 12)}, whose inputs cannot be recomputed here`;
}

const MAX_DRIFT = 3;

function describeDrift(drift: readonly string[]): string {
  const named = drift.slice(0, MAX_DRIFT).map((one) => shorten(one, 100));
  const more = drift.length > MAX_DRIFT ? ` and ${drift.length - MAX_DRIFT} more` : '';
  return `drift: ${named.join(', ')}${more}`;
}

function toChanges(parents: readonly ComponentId[]): InputChange[] {
  return parents.map((name) => ({ type: 'parent', name, before: '', after: '' }));
}
