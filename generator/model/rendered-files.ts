/** Path in the repository -> whole text of the file. */
export type RenderedFiles = Map<string, string>;

/** Template texts by file name without `.hbs`; `x.partial` is used by others as `{{> x}}`. */
export type TemplateTexts = Readonly<Record<string, string>>;

/** Texts of the package that are not code: templates, the library's steps. */
export interface RenderSources {
  templates: TemplateTexts;
  /** Path below the repository (`vars/x.groovy`) -> text. */
  library: Readonly<Record<string, string>>;
}
