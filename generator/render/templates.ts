import Handlebars from 'handlebars';
import { groovyComment, groovyList, groovyShell, groovyString } from './literals/groovy-literal.ts';

/** Template texts by file name without `.hbs`; `x.partial` is used by others as `{{> x}}`. */
export type TemplateTexts = Readonly<Record<string, string>>;

/** The same as the build of the package precompiled them: compiling takes longer than the rest of a small run. */
export type CompiledTemplates = Readonly<Record<string, TemplateSpecification>>;
type TemplateSpecification = Parameters<typeof Handlebars.template>[0];

/** Fills a template; throws where the data lacks a field that the template names. */
export type Fill = (name: string, data: object) => string;

/** Nothing is escaped by Handlebars itself, and a field that is missing is an error. */
export const COMPILE_OPTIONS = { noEscape: true, strict: true, knownHelpersOnly: false };

const HEADER = 'Generated from project.yaml: edit that file and run `millrace generate`.';

/**
 * Compiles templates on first use. Nothing is escaped by Handlebars itself: each value goes through the helper
 * of the language that it enters, and a helper refuses what it cannot write.
 */
export function createTemplates(texts: TemplateTexts | CompiledTemplates): Fill {
  const handlebars = Handlebars.create();
  handlebars.registerHelper({
    header: () => HEADER,
    groovy: (value: unknown) => groovyString(expectType(value, 'string')),
    groovyList: (value: unknown) => groovyList(expectType(value, 'object') as unknown as string[]),
    groovyShell: (value: unknown) => groovyShell(expectType(value, 'string')),
    comment: (value: unknown) => groovyComment(expectType(value, 'string')),
    integer: (value: unknown) => String(Math.trunc(expectType(value, 'number'))),
    boolean: (value: unknown) => String(expectType(value, 'boolean')),
    keyword: (value: unknown) => expectIdentifier(expectType(value, 'string')),
  });
  const prepare = (template: string | TemplateSpecification): Handlebars.TemplateDelegate =>
    typeof template === 'string'
      ? handlebars.compile(template, COMPILE_OPTIONS)
      : handlebars.template(template);
  for (const [name, text] of Object.entries<string | TemplateSpecification>(texts)) {
    if (name.endsWith('.partial'))
      handlebars.registerPartial(name.slice(0, -'.partial'.length), prepare(text));
  }
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  return (name, data) => {
    let template = compiled.get(name);
    if (!template) {
      const text = texts[name];
      if (text === undefined) throw new Error(`there is no template "${name}"`);
      template = prepare(text);
      compiled.set(name, template);
    }
    return template(data);
  };
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
  object: object;
}

function expectType<T extends keyof Types>(value: unknown, type: T): Types[T] {
  if (typeof value !== type) throw new TypeError(`a template expected ${type}, found ${typeof value}`);
  return value as Types[T];
}

function expectIdentifier(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) throw new RangeError(`"${text}" is not an identifier`);
  return text;
}
