import { describe, expect, test } from '@jest/globals';
import Handlebars from 'handlebars';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { createTemplates } from '../../generator/render/templates.ts';

const { templates } = readPackageSources();
/** Helpers that write a constant, comment or word; each takes one value. */
const YAML_LITERALS = ['yaml', 'yamlFile', 'yamlWholeFile', 'yamlLines'];
const LITERALS = [
  ...YAML_LITERALS,
  'groovy',
  'groovyTerm',
  'groovyList',
  'groovyRow',
  'groovyShell',
  'integer',
  'boolean',
  'keyword',
];

interface Use {
  helper: string;
  params: number;
  /** What stands before and after it on its line. */
  before: string;
  after: string;
}

/** Every `{{…}}` of a template that writes something. */
function usesIn(text: string): Use[] {
  const uses: Use[] = [];
  class Visitor extends Handlebars.Visitor {
    override MustacheStatement(node: hbs.AST.MustacheStatement): void {
      const { start, end } = node.loc;
      const lines = text.split('\n');
      uses.push({
        helper: node.escaped ? (node.path as hbs.AST.PathExpression).original : '{{{',
        params: node.params.length,
        before: lines[start.line - 1]!.slice(0, start.column),
        after: lines[end.line - 1]!.slice(end.column),
      });
    }
  }
  new Visitor().accept(Handlebars.parse(text));
  return uses;
}

describe.each(Object.keys(templates))('template %s', (name) => {
  const uses = usesIn(templates[name]!);
  const sign = name.endsWith('.yaml') ? '#' : '//';

  test('writes every value through a helper', () => {
    const bare = uses.filter(({ helper, params }) =>
      helper === 'header' ? params !== 0 : ![...LITERALS, 'comment'].includes(helper) || params !== 1,
    );
    expect(bare).toEqual([]);
  });

  test('writes comments in comments only, and constants outside of them', () => {
    const inComment = ({ before }: Use): boolean => before.trimStart().startsWith(sign);
    const misplaced = uses.filter((use) => inComment(use) !== ['header', 'comment'].includes(use.helper));
    expect(misplaced).toEqual([]);
  });

  test('writes YAML in YAML, and Groovy in Groovy', () => {
    const foreign = uses.filter(({ helper }) =>
      name.endsWith('.yaml') ? helper.startsWith('groovy') : YAML_LITERALS.includes(helper),
    );
    expect(foreign).toEqual([]);
  });

  test('puts no constant between quotes of its own', () => {
    const quoted = uses.filter(({ helper, before, after }) => {
      if (!/^(groovy|yaml)/.test(helper)) return false;
      const quotes = before.replace(/\{\{.*?\}\}/g, '').match(/["']/g) ?? [];
      return quotes.length % 2 === 1 || /^["']/.test(after);
    });
    expect(quoted).toEqual([]);
  });

  test('says in its first line what to edit, unless it is part of another one', () => {
    if (!name.endsWith('.partial')) expect(templates[name]!.split('\n')[0]).toBe(`${sign} {{header}}`);
  });
});

describe('createTemplates', () => {
  const fill = (text: string, data: object): string => createTemplates({ one: text })('one', data);

  test('writes values in the language that they enter', () => {
    const text = '{{groovy a}} {{groovyList b}} {{integer c}} {{boolean d}} {{keyword e}}';
    expect(fill(text, { a: "it's", b: ['x'], c: 7, d: true, e: 'always' })).toBe(
      "'it\\'s' ['x'] 7 true always",
    );
  });

  test('writes what jobs share as a constant, and what they do not as the variable that holds it', () => {
    const text = '{{groovyTerm a}} {{groovyTerm b}} {{groovyTerm c}}';
    expect(fill(text, { a: "it's", b: { variable: 'about' }, c: { variable: 'env.JUNIT' } })).toBe(
      "'it\\'s' about env.JUNIT",
    );
  });

  test('writes a row of one text as this text, and one of several as a list', () => {
    expect(fill('{{#each a}}{{groovyRow this}}\n{{/each}}', { a: [['x'], ['x', "'"]] })).toBe(
      "'x'\n['x', '\\'']\n",
    );
  });

  test.each([
    ['{{groovyTerm a}}', { a: { variable: "x'); y('" } }, 'is not an identifier'],
    ['{{groovyTerm a}}', { a: {} }, 'expected string, found undefined'],
    ['{{groovy a}}', { a: 7 }, 'expected string, found number'],
    ['{{integer a}}', { a: '7' }, 'expected number, found string'],
    ['{{boolean a}}', { a: 'true' }, 'expected boolean, found string'],
    ['{{keyword a}}', { a: 'x() ' }, 'is not an identifier'],
    ['{{groovy a}}', {}, 'expected string, found undefined'],
    ['{{nothing a}}', { a: '' }, '"nothing" not defined'],
  ])('refuses %s of %j', (text, data, message) => {
    expect(() => fill(text, data)).toThrow(message);
  });

  test('names a template that is not there', () => {
    expect(() => createTemplates({})('none', {})).toThrow('no template "none"');
  });
});
