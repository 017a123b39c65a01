import { LIBRARY_STEPS } from './library/steps.ts';
import { renderProjectReference } from './render-project-reference.ts';
import type { RenderSources, RenderedFiles } from '../model/rendered-files.ts';
import { renderSchema } from './render-schema.ts';
import { renderStepHelp } from './render-step-help.ts';

const HEADER = '// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.\n';

/** vars/ with its help, the published schema and the reference of project.yaml: the same for every project. */
export function renderLibrary(sources: RenderSources): RenderedFiles {
  const files: RenderedFiles = new Map();
  for (const [path, text] of Object.entries(sources.library)) files.set(path, HEADER + text);
  for (const step of LIBRARY_STEPS) files.set(`vars/${step.name}.txt`, renderStepHelp(step));
  files.set('resources/project.schema.json', renderSchema());
  files.set('docs/project-yaml.md', renderProjectReference());
  return files;
}
