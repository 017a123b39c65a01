import type { ConcreteJob } from '../model/concrete-job.ts';
import type { Project } from '../model/project/project.ts';
import { groupJobs } from './job-group.ts';
import { renderValueTables } from './job-values.ts';
import { renderCasc } from './render-casc.ts';
import { renderJobs } from './render-jobs.ts';
import { renderLibrary } from './render-library.ts';
import { renderPipelines } from './render-pipelines.ts';
import type { RenderSources, RenderedFiles } from '../model/rendered-files.ts';
import { createTemplates } from './templates.ts';
import type { Fill } from './templates.ts';

/** All files that `generate` writes. Pure: the same project gives the same bytes. */
export function renderProject(
  project: Project,
  jobs: readonly ConcreteJob[],
  sources: RenderSources,
): RenderedFiles {
  const fill = createTemplates(sources.templates);
  return new Map([...renderJenkins(project, jobs, fill), ...renderLibrary(sources)]);
}

/** Of these files, those that are not the same for every project. */
export function renderJenkins(project: Project, jobs: readonly ConcreteJob[], fill: Fill): RenderedFiles {
  const groups = groupJobs(project, jobs);
  const jobFiles = renderJobs(project, jobs, groups, fill);
  const pipelines = renderPipelines(project, jobs, groups, [...jobFiles.keys()], fill);
  return new Map([...pipelines, ...jobFiles, ...renderValueTables(groups), ...renderCasc(project, fill)]);
}
