import type { ComponentId } from '../../model/component.ts';
import { shorten } from '../../model/shorten.ts';
import type { Engine } from '../../ports/engine.ts';
import { ownLabels } from '../stack/stack-names.ts';
import { labelQuery } from '../stack/swarm-objects.ts';
import type { SwarmFile } from '../stack/swarm-objects.ts';
import { HANDOVER, reportName } from './hand-over-names.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';

/** How a hand-over, or a swap from a workstation, ended. */
export interface HandOverReport {
  version: 1;
  /** ISO 8601. */
  time: string;
  revision: string | null;
  components: readonly ComponentId[];
  outcome: 'done' | 'failed';
  /** One line; of what failed. */
  reason?: string;
  /** The last lines of what was said. */
  lines: readonly string[];
}

/** Somebody else may write one at the same time. */
const [CLASH, ATTEMPTS] = [409, 5];

/** Replaces the one before. Who is cut off in between is run again, and writes anew. */
export async function writeReport(
  engine: Pick<Engine, 'get' | 'post' | 'remove'>,
  project: string,
  report: HandOverReport,
): Promise<void> {
  const labels = { ...ownLabels(project, JENKINS_STACK), [HANDOVER]: 'report' };
  const data = Buffer.from(JSON.stringify(report)).toString('base64');
  const config = { Name: reportName(project), Labels: labels, Data: data };
  for (let attempt = 1; ; attempt++) {
    await dropReport(engine, project);
    const expected = attempt < ATTEMPTS ? [CLASH] : [];
    if ((await engine.post('/configs/create', config, expected)).status !== CLASH) return;
  }
}

export async function dropReport(engine: Pick<Engine, 'get' | 'remove'>, project: string): Promise<void> {
  for (const { ID } of await findReports(engine, project)) await engine.remove(`/configs/${ID}`);
}

/** @returns undefined where there is none that can be read */
export async function lookForReport(
  engine: Pick<Engine, 'get'>,
  project: string,
): Promise<HandOverReport | undefined> {
  return readReport(await findReports(engine, project));
}

async function findReports(engine: Pick<Engine, 'get'>, project: string): Promise<SwarmFile[]> {
  const own = Object.entries(ownLabels(project, JENKINS_STACK)).map(([key, value]) => `${key}=${value}`);
  return (await engine.get(`/configs?${labelQuery(...own, `${HANDOVER}=report`)}`)) as SwarmFile[];
}

/** @param configs of the project @returns undefined where there is none that can be read */
export function readReport(configs: readonly SwarmFile[]): HandOverReport | undefined {
  const found = configs.find(({ Spec }) => Spec.Labels?.[HANDOVER] === 'report');
  if (!found) return undefined;
  try {
    const read = JSON.parse(Buffer.from(found.Spec.Data ?? '', 'base64').toString('utf8')) as HandOverReport;
    return (read.version as number) === 1 ? read : undefined;
  } catch {
    return undefined;
  }
}

/** A success is news for a day; a failure until it is mended. */
const NEWS = 24 * 3_600_000;

/** In one line. @returns undefined where it is no news any more */
export function describeReport(report: HandOverReport, now: number): string | undefined {
  const { time, revision, components, outcome, reason = 'it did not say why' } = report;
  if (outcome === 'done' && now - Date.parse(time) > NEWS) return undefined;
  const what = `${components.join(', ')} ${revision === null ? '' : `of commit ${revision.slice(0, 12)} `}`;
  const when = `at ${time.slice(0, 16).replace('T', ' ')} UTC`;
  if (outcome === 'done') return `${what}was deployed outside of Jenkins ${when}`;
  return `${what}failed ${when}: ${shorten(reason, 300)}`;
}
