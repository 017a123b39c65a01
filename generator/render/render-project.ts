import type { ConcreteJob } from '../model/concrete-job.ts';
import type { Project } from '../model/project/project.ts';
import { renderJobs } from './render-jobs.ts';
import { renderLibrary } from './render-library.ts';
import { renderPipelines } from './render-pipelines.ts';
import type { RenderSources, RenderedFiles } from '../model/rendered-files.ts';
import { createTemplates } from './templates.ts';

/** All files that `generate` writes. Pure: the same project gives the same bytes. */
export function renderProject(
  project: Project,
  jobs: readonly ConcreteJob[],
  sources: RenderSources,
): RenderedFiles {
  const fill = createTemplates(sources.templates);
  const jobFiles = renderJobs(project, jobs, fill);
  const pipelines = renderPipelines(project, jobs, [...jobFiles.keys()], fill);
  return new Map([...pipelines, ...jobFiles, ...renderLibrary(sources)]);
}
