import type { Engine } from '../../ports/engine.ts';
import { readReport } from '../handover/hand-over-report.ts';
import type { HandOverReport } from '../handover/hand-over-report.ts';
import { readRecords } from './stack-record.ts';
import type { FoundRecords } from './stack-record.ts';
import { COMPONENT, JOB, NAMESPACE, PROJECT, namespaceOf, shortName } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';
import type { SwarmFile, SwarmService } from './swarm-objects.ts';
import { componentId } from '../../model/component.ts';

/** What one Swarm has of a project's stacks. */
export interface SwarmLook {
  services: readonly SwarmService[];
  records: ReadonlyMap<string, FoundRecords>;
  /** Configs of the project. */
  configs: readonly SwarmFile[];
  /** How the last hand-over ended. */
  report?: HandOverReport;
}

/** Two calls, however many stacks there are. Services of others come along: one may stand where ours is to be. */
export async function lookAtSwarm(engine: Pick<Engine, 'get'>, project: string): Promise<SwarmLook> {
  const [services, configs] = await Promise.all([
    engine.get('/services?status=true') as Promise<SwarmService[]>,
    engine.get(`/configs?${labelQuery(`${PROJECT}=${project}`)}`) as Promise<SwarmFile[]>,
  ]);
  const report = readReport(configs);
  return { services, configs, records: readRecords(configs), ...(report ? { report } : {}) };
}

/** The services of one stack, by their names in its file. */
export function servicesOf(
  { services }: Pick<SwarmLook, 'services'>,
  project: string,
  stack: string,
): Map<string, SwarmService> {
  const namespace = namespaceOf(project, stack);
  const own = services.filter(({ Spec: { Labels: labels = {} } }) =>
    labels[PROJECT] === undefined
      ? labels[NAMESPACE] === namespace
      : labels[PROJECT] === project &&
        labels[COMPONENT] === componentId('stack', stack) &&
        labels[JOB] === undefined,
  );
  return new Map(own.map((service) => [shortName(namespace, service.Spec.Name), service]));
}
