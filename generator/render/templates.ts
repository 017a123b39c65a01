import Handlebars from 'handlebars';
import type { TemplateTexts } from '../model/rendered-files.ts';
import { TEMPLATE_HELPERS } from './template-literals.ts';

/** Fills a template; throws where the data lacks a field that the template names. */
export type Fill = (name: string, data: object) => string;

/**
 * Compiles templates on first use. Nothing is escaped by Handlebars itself: each value goes through the helper
 * of the language that it enters, and a helper refuses what it cannot write. The build replaces this module by one
 * that holds the templates as functions: script/compile-templates.mjs.
 */
export function createTemplates(texts: TemplateTexts): Fill {
  const handlebars = Handlebars.create();
  handlebars.registerHelper(TEMPLATE_HELPERS);
  for (const [name, text] of Object.entries(texts)) {
    if (name.endsWith('.partial')) handlebars.registerPartial(name.slice(0, -'.partial'.length), text);
  }
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  return (name, data) => {
    let template = compiled.get(name);
    if (!template) {
      const text = texts[name];
      if (text === undefined) throw new Error(`there is no template "${name}"`);
      template = handlebars.compile(text, { noEscape: true, strict: true, knownHelpersOnly: false });
      compiled.set(name, template);
    }
    return template(data);
  };
}
