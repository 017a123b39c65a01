import { PARTS, digestFingerprint } from './fingerprint.ts';
import type { Fingerprint, Part, Subject } from './fingerprint.ts';
import { digestFact } from './fingerprint-tags.ts';
import type { RecordedFingerprint, RecordedPart } from './fingerprint-tags.ts';

const LABELS: Readonly<Record<Part, string>> = {
  nodes: 'node',
  rules: 'group',
  volumes: 'volume',
  routes: 'route table',
};

/** How what is there differs from what a deploy left, each for a person; empty where it does not. */
export function describeDrift(live: Fingerprint, recorded: RecordedFingerprint | undefined): string[] {
  if (!recorded) return ['what was deployed was not recorded to its end'];
  if (digestFingerprint(live) === recorded.digest) return [];
  const found = (Object.keys(PARTS) as Part[]).flatMap((part) => [
    ...compareSubjects(part, live[part], recorded.parts[part]),
    ...(part === 'nodes' ? countNodes(live.nodes, recorded.parts.nodes) : []),
  ]);
  return found.length > 0 ? found : ['something differs from what was deployed'];
}

function compareSubjects(part: Part, live: readonly Subject[], { subjects, cut }: RecordedPart): string[] {
  const ids = new Set(live.map(({ id }) => id));
  const gone = [...subjects.keys()].filter((id) => !ids.has(id));
  return [
    ...live.flatMap((subject) => {
      const before = subjects.get(subject.id);
      if (before) return compareFacts(part, subject, before);
      return cut ? [] : [`${subject.label} was added`];
    }),
    ...gone.map((id) => `${LABELS[part]} ${id} is gone`),
  ];
}

/** Facts that are new are told; of what is no longer there only a digest is known, so that it is counted. */
function compareFacts(part: Part, { label, facts, members }: Subject, before: readonly string[]): string[] {
  const isNew = (fact: string): boolean => !before.includes(digestFact(fact));
  const changed = facts.filter(isNew);
  const added = members.filter(isNew);
  const now = new Set([...facts, ...members].map(digestFact));
  // Each fact that changed has taken one away.
  const removed = before.filter((digest) => !now.has(digest)).length - changed.length;
  const noun = PARTS[part];
  return [
    ...changed.map((fact) => `${label} ${fact}`),
    ...added.map((member) => `${label}: ${member} was added`),
    ...(removed > 0 ? [`${label}: ${removed} ${noun}${removed === 1 ? ' was' : 's were'} removed`] : []),
  ];
}

function countNodes(live: readonly Subject[], { subjects, cut }: RecordedPart): string[] {
  const run = live.filter(({ facts }) => facts.includes('is running')).length;
  return cut || run >= subjects.size ? [] : [`${run} of ${subjects.size} nodes run`];
}
