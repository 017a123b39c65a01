import type { ComponentId, ComponentKind } from '../model/component.ts';
import type { RunningPart } from '../plan/plan.ts';
import { cleanLine } from './clean-line.ts';
import { displayWidth } from './display-width.ts';
import { formatAge } from './format-age.ts';
import type { Output } from './output.ts';

/** What one URL of a stack's `health` answered. */
export interface StatusHealth {
  url: string;
  healthy: boolean;
  /** `answers 200`, `answers 503, not 200`, `no answer`. */
  found: string;
}

/** One component as `status --json` prints it. */
export interface StatusComponent {
  id: ComponentId;
  kind: ComponentKind;
  /** `elsewhere`: somebody else takes it over; `unreachable`: its place did not answer, `why` says how. */
  state: 'running' | 'absent' | 'elsewhere' | 'unreachable';
  /** Of what runs. */
  hash: string | null;
  /** Commit that it was deployed from. */
  revision: string | null;
  /** ISO 8601. */
  deployed: string | null;
  /** Seconds since then. */
  age: number | null;
  /** A deploy was begun and not ended. */
  pending: boolean;
  drift: string[];
  parts: RunningPart[];
  health: StatusHealth[];
  /** Whether the hash is that of the commit which is looked at. */
  current: boolean;
  /** A job outside Jenkins is about to deploy it: what differs until then is no difference. */
  handedOver?: true;
  /** For a person, where there is something to be said. */
  why?: string;
}

/** `status --json`. */
export interface StatusReport {
  version: 1;
  project: string;
  /** The commit that is compared with. */
  revision: string | null;
  /** Sorted by id. */
  components: StatusComponent[];
  /** Whether anything runs. */
  deployed: boolean;
  /** Whether anything is not as the commit says. */
  differs: boolean;
}

/** Everything that makes one component differ from what the commit says, each for a person. */
export function listDifferences(one: StatusComponent, deployed: boolean): string[] {
  if (one.state === 'unreachable') return [one.why ?? 'does not answer'];
  if (one.state === 'elsewhere' || one.handedOver) return [];
  if (one.state === 'absent') return deployed ? [one.why ?? 'is not deployed'] : [];
  const sick = one.health.filter(({ healthy }) => !healthy).map(({ url, found }) => `${url}: ${found}`);
  return [
    ...(one.pending ? ['a deploy was begun and not ended; `millrace apply` ends it'] : []),
    ...(one.current ? [] : [one.why ?? 'what runs is not of this commit; `millrace why` says more']),
    ...one.drift,
    ...sick,
  ];
}

/** `stack:shop: service api: 2 of 3 tasks run`, a line each. */
export function listAllDifferences({ components, deployed }: StatusReport): string[] {
  return components.flatMap((one) => listDifferences(one, deployed).map((found) => `${one.id}: ${found}`));
}

/** What runs, for a person. */
export function renderStatusTable(report: StatusReport, { colors }: Pick<Output, 'colors'>): string {
  const { components, deployed } = report;
  const lines = [colors.bold(headline(report))];
  const width = Math.max(0, ...components.map(({ id }) => displayWidth(id)));
  for (const one of components) {
    const differences = listDifferences(one, deployed);
    const sign =
      differences.length > 0 ? colors.yellow('!') : one.state === 'running' ? colors.green('✓') : ' ';
    lines.push('', `${sign} ${one.id.padEnd(width)}  ${describe(one)}`.trimEnd());
    lines.push(...renderParts(one.parts, colors));
    for (const { url } of one.health.filter(({ healthy }) => healthy))
      lines.push(`    ${url}  ${colors.dim('answers')}`);
    for (const difference of differences) lines.push(colors.yellow(`    ! ${cleanLine(difference)}`));
  }
  return lines.join('\n');
}

function headline({ project, revision, components, deployed, differs }: StatusReport): string {
  const at = revision === null ? '' : ` at ${revision.slice(0, 12)}`;
  if (!deployed && !differs) return `${project}${at}: nothing is deployed yet`;
  const expected = components.filter(({ state }) => state !== 'elsewhere');
  const running = expected.filter(({ state }) => state === 'running').length;
  const different = components.filter((one) => listDifferences(one, deployed).length > 0).length;
  const verdict =
    different === 0 ? 'as the commit says' : `${different} ${different === 1 ? 'differs' : 'differ'}`;
  return `${project}${at}: ${running} of ${expected.length} run, ${verdict}`;
}

function describe({ state, hash, revision, age, why, handedOver }: StatusComponent): string {
  if (state !== 'running') return state === 'elsewhere' ? `left to ${why ?? 'somebody else'}` : state;
  const words = [
    hash === null ? 'without a hash' : hash.slice(0, 12),
    revision === null ? '' : `commit ${revision.slice(0, 12)}`,
    age === null ? '' : `deployed ${formatAge(age)} ago`,
    handedOver ? 'handed over to a job outside Jenkins' : '',
  ];
  return words.filter((word) => word !== '').join('  ');
}

function renderParts(parts: readonly RunningPart[], colors: Output['colors']): string[] {
  const names = Math.max(0, ...parts.map(({ name }) => displayWidth(name)));
  const states = Math.max(0, ...parts.filter(({ ssh }) => ssh).map(({ state }) => displayWidth(state)));
  return parts.map(({ name, state, ssh }) => {
    const left = `    ${cleanLine(name).padEnd(names)}  ${cleanLine(state)}`;
    // Whole: it is there to be copied.
    return ssh === undefined ? left : `${left.padEnd(states + names + 6)}  ${colors.dim(cleanLine(ssh))}`;
  });
}
