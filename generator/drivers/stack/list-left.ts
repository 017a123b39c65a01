import type { Project } from '../../model/project/project.ts';
import type { Engine } from '../../ports/engine.ts';
import { findSwarms } from './find-swarms.ts';
import { PROJECT } from './stack-names.ts';
import type { StackTools } from './stack-tools.ts';
import { labelQuery } from './swarm-objects.ts';

/** On the configs that are the deploy lock: who asks holds it. */
const LOCK = 'millrace.lock';

interface Found {
  Name?: string;
  Labels?: Readonly<Record<string, string>> | null;
  Spec?: { Name: string; Labels?: Readonly<Record<string, string>> };
}

/** What bears the project's label on its Swarms, `service shop-web_api` and so on, sorted; but for the deploy lock. */
export async function listLeft(project: Project, tools: Pick<StackTools, 'swarms'>): Promise<string[]> {
  const engines = (await findSwarms(project, tools)).flatMap(({ engine }) => engine ?? []);
  const found = await Promise.all(engines.map((engine) => listOn(engine, project.project)));
  return [...new Set(found.flat())].sort();
}

async function listOn(engine: Pick<Engine, 'get'>, project: string): Promise<string[]> {
  const kinds = ['service', 'config', 'secret', 'network', 'volume'];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const answer = await engine.get(`/${kind}s?${labelQuery(`${PROJECT}=${project}`)}`);
      const items = (kind === 'volume' ? (answer as { Volumes: Found[] | null }).Volumes : answer) as
        Found[] | null;
      return (items ?? [])
        .filter(({ Labels, Spec }) => (Spec?.Labels ?? Labels)?.[LOCK] === undefined)
        .map(({ Name, Spec }) => `${kind} ${Spec?.Name ?? Name}`);
    }),
  );
  return lists.flat();
}
