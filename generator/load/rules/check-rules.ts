import type { ComponentGraph } from '../../model/component.ts';
import type { ConcreteJob } from '../../model/concrete-job.ts';
import type { Problem } from '../../model/problem.ts';
import type { RepositoryFiles } from '../../model/repository-files.ts';
import { buildGraph } from '../build-graph.ts';
import type { Locate } from '../load-project.ts';
import type { ValidPart } from '../valid-part.ts';
import { checkFiles } from './check-files.ts';
import { checkHostingStack } from './check-hosting-stack.ts';
import { checkJenkins } from './check-jenkins.ts';
import { checkLock } from './check-lock.ts';
import { checkJobs } from './check-jobs.ts';
import { checkNames } from './check-names.ts';
import { checkPlugins } from './check-plugins.ts';
import { checkReferences } from './check-references.ts';
import type { RuleContext } from './rule-context.ts';

/** Runs every rule that goes across fields or into files, and builds the graph on the way. */
export function checkRules(
  part: ValidPart,
  files: RepositoryFiles,
  locate: Locate,
): { problems: Problem[]; warnings: Problem[]; graph: ComponentGraph; jobs: ConcreteJob[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const context: RuleContext = {
    project: part.project,
    files,
    wasDropped: (name) => part.dropped.has(name),
    report: (...found) => void problems.push(locate(...found)),
    reportIn: (file, found) => void problems.push({ file, path: '', ...found }),
    warn: (...found) => void warnings.push(locate(...found)),
    warnIn: (file, found) => void warnings.push({ file, path: '', ...found }),
  };
  checkNames(context);
  checkReferences(context);
  checkFiles(context);
  checkPlugins(context);
  checkJenkins(context);
  checkHostingStack(context);
  const jobs = checkJobs(context);
  const graph = buildGraph(context);
  checkLock(context, graph);
  return { problems, warnings, graph, jobs };
}
