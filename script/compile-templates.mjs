// Handlebars templates -> the text of a JavaScript module that fills them: a function for each template, and no
// Handlebars at run time. Filling thousands of files takes a fifth of the time, and starting has less to load.
// Handlebars itself parses the templates and strips their white space; here is only what ours use of it (helpers of
// at most one value, if, unless, each, else, partials), and anything else stops the build.
import Handlebars from 'handlebars';

/** @param texts name without `.hbs` -> text, as generator/render/templates.ts takes them */
export function compileTemplates(texts) {
  const functions = Object.entries(texts).map(
    ([name, text]) => `${JSON.stringify(name)}: (d) => ${compileProgram(Handlebars.parse(text), name)}`,
  );
  return `import { TEMPLATE_HELPERS as helpers } from './template-literals.ts';
    const templates = { ${functions.join(',\n')} };
    // Handlebars' own idea of it: an empty list is false.
    const holds = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));
    // As Handlebars has it: before every line, also an empty one, but not behind the last line end.
    const indent = (text, by) =>
      text.split('\\n').map((line, at, all) => (line === '' && at + 1 === all.length ? '' : by + line)).join('\\n');
    const each = (list, fill) => list.map(fill).join('');
    export const createTemplates = () => (name, data) => {
      if (!Object.hasOwn(templates, name)) throw new Error('there is no template "' + name + '"');
      return templates[name](data);
    };`;
}

/** An expression of JavaScript: the text of a program, where `d` is what its names are looked up in. */
function compileProgram(program, template) {
  const parts = program.body
    .map((statement) => compileStatement(statement, template))
    .filter((part) => part !== "''");
  return parts.length === 0 ? "''" : `(${parts.join(' + ')})`;
}

function compileStatement(statement, template) {
  switch (statement.type) {
    case 'ContentStatement':
      return JSON.stringify(statement.value);
    case 'CommentStatement':
      return "''";
    case 'MustacheStatement':
      return `helpers.${statement.path.original}(${onlyParams(statement, template)})`;
    case 'PartialStatement':
      if (statement.params.length > 0 || statement.hash) break;
      return compilePartial(statement);
    case 'BlockStatement':
      return compileBlock(statement, template);
  }
  throw unknown(statement, template);
}

function compileBlock(statement, template) {
  const value = onlyParams(statement, template);
  const inside = statement.program ? compileProgram(statement.program, template) : "''";
  const otherwise = statement.inverse ? compileProgram(statement.inverse, template) : "''";
  switch (statement.path.original) {
    case 'if':
      return `(holds(${value}) ? ${inside} : ${otherwise})`;
    case 'unless':
      return `(holds(${value}) ? ${otherwise} : ${inside})`;
    case 'each':
      if (!statement.inverse) return `each(${value}, (d) => ${inside})`;
  }
  throw unknown(statement, template);
}

function compilePartial({ name, indent }) {
  const filled = `templates[${JSON.stringify(`${name.original}.partial`)}](d)`;
  return indent === '' ? filled : `indent(${filled}, ${JSON.stringify(indent)})`;
}

/** The value that a helper or block is given: a path from `d`. */
function onlyParams(statement, template) {
  const { params, hash, program } = statement;
  if (params.length > 1 || hash || program?.blockParams) throw unknown(statement, template);
  return params.map((param) => {
    if (param.type !== 'PathExpression' || param.depth > 0 || param.data) throw unknown(param, template);
    return ['d', ...param.parts].join('.');
  });
}

function unknown({ type, loc }, template) {
  return new Error(
    `${template}.hbs:${loc.start.line}: script/compile-templates.mjs does not know this ${type}`,
  );
}
