import type { TemplateTexts } from './templates.ts';

/** Path in the repository -> whole text of the file. */
export type RenderedFiles = Map<string, string>;

/** Texts of the package that are not code: templates, the library's steps. */
export interface RenderSources {
  templates: TemplateTexts;
  /** Path below the repository (`vars/x.groovy`) -> text. */
  library: Readonly<Record<string, string>>;
}
