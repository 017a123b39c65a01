import { openEngine } from '../../../generator/adapters/engine/open-engine.ts';
import { createStackDriver } from '../../../generator/drivers/stack/stack-driver.ts';
import type { Artifact } from '../../../generator/plan/plan.ts';
import { commitOf, deploy, makeStackTools } from './stack-world.ts';

/** What a process that can be killed deploys; JSON, its only argument. */
export interface ChildDeploy {
  host: string;
  registry: string;
  files: Record<string, string>;
  artifacts: Record<string, Artifact>;
}

const { host, registry, files, artifacts } = JSON.parse(process.argv[2]!) as ChildDeploy;
const tools = makeStackTools(openEngine(host), registry, () => undefined);
await deploy({ driver: createStackDriver(tools) }, commitOf(files, artifacts), {
  said: {
    log: [],
    phases: { push: (text: string) => process.stdout.write(`${text}\n`) } as unknown as string[],
  },
});
