import { describe, expect, test } from '@jest/globals';
import { formatPath, parseYamlDocument } from '../../generator/load/yaml-document.ts';

/** What is wrong, as `line:column path: message`. */
function problems(text: string | Uint8Array, plainData = true): string[] {
  return parseYamlDocument(text, { plainData }).problems.map(
    ({ line, column, path, message }) => `${line}:${column} ${formatPath(path)}: ${message}`,
  );
}

/** The text at a place that the document names, up to the end of its line. */
function textAt(source: string, path: (string | number)[], part?: 'key' | 'value'): string {
  const { line, column } = parseYamlDocument(source).locate(path, part);
  return source.split(/\r\n|\r|\n/)[line - 1]!.slice(column - 1);
}

describe('places', () => {
  const source = [
    'plain: one',
    'quoted: "two"',
    "single: 'three'",
    'flow: { a: [x, "y", { b: z }] }',
    'block:',
    '  # a comment',
    '  deep:',
    '    - first',
    '    - k: v',
    'text: |',
    '',
    '  body',
    'anchored: &n four',
    'alias: *n',
    'tagged: !!str 5',
    'nothing:',
    'list:',
    '  -',
    '  - # said',
    '  - ["q"]',
    '  -',
    '  - x',
    'ключ 🎈: value',
  ].join('\n');

  test.each<[(string | number)[], string]>([
    [['plain'], 'one'],
    [['quoted'], '"two"'],
    [['single'], "'three'"],
    [['flow'], '{ a: [x, "y", { b: z }] }'],
    [['flow', 'a'], '[x, "y", { b: z }] }'],
    [['flow', 'a', 1], '"y", { b: z }] }'],
    [['flow', 'a', 2, 'b'], 'z }] }'],
    [['block'], 'deep:'],
    [['block', 'deep', 1], 'k: v'],
    [['text'], 'body'],
    [['anchored'], 'four'],
    [['alias'], '*n'],
    [['tagged'], '5'],
    [['nothing'], 'nothing:'],
    [['list', 0], '-'],
    [['list', 1], '- # said'],
    [['list', 3], '-'],
    [['list', 4], 'x'],
    [['ключ 🎈'], 'value'],
  ])('the value of %j is found', (path, text) => {
    expect(textAt(source, path)).toBe(text);
  });

  test('what is missing is shown by the name of its nearest ancestor', () => {
    expect(textAt(source, ['block', 'deep', 7, 'x'])).toBe('deep:');
    expect(textAt(source, ['flow', 'a', 2, 'c'])).toBe('{ b: z }] }');
    expect(textAt(source, ['gone'])).toBe('plain: one');
  });

  test('keys have places of their own, columns counted in UTF-16 units', () => {
    expect(textAt(source, ['flow', 'a', 2, 'b'], 'key')).toBe('b: z }] }');
    expect(parseYamlDocument('"🎈": 1\n').locate(['🎈'])).toEqual({ line: 1, column: 7 });
  });

  test.each(['\n', '\r\n', '\r'])('lines that end in %j are counted', (end) => {
    const text = ['# comment', 'a:', '  b: c', ''].join(end);
    expect(parseYamlDocument(text).locate(['a', 'b'])).toEqual({ line: 3, column: 6 });
  });

  test('a byte order mark takes no column', () => {
    const bytes = new TextEncoder().encode('\ufeffa: b\n');
    expect(parseYamlDocument(bytes)).toMatchObject({ value: { a: 'b' }, problems: [] });
    expect(parseYamlDocument(bytes).locate(['a'])).toEqual({ line: 1, column: 4 });
  });

  test('what lies behind an alias is found where it is written', () => {
    expect(textAt('a: &a { b: c }\nd: *a\n', ['d', 'b'])).toBe('c }');
  });

  test('a plain scalar can be had as it is written', () => {
    const document = parseYamlDocument('a: [012, "012", 1.0]\n');
    expect([0, 1, 2].map((index) => document.written(['a', index]))).toEqual(['012', undefined, '1.0']);
  });
});

describe('keys given twice', () => {
  test('are all reported, each with the line of the first', () => {
    const found = parseYamlDocument('a: 1\nb: { c: 1, c: 2 }\na: 2\n"a": 3\n').problems;
    expect(found.map(({ line, column, message, hint }) => `${line}:${column} ${message}; ${hint}`)).toEqual([
      '2:12 "c" is given twice; it is also on line 2; keep one',
      '3:1 "a" is given twice; it is also on line 1; keep one',
      '4:1 "a" is given twice; it is also on line 1; keep one',
    ]);
  });

  test.each([
    ['1', '1.0'],
    ['1', '0x1'],
    ['true', '"true"'],
    ['null', '~'],
    ['10', '1e1'],
    ['a', '!!str a'],
  ])('%s and %s are one key', (one, other) => {
    expect(problems(`${one}: x\n${other}: y\n`)).toHaveLength(1);
  });

  test('names of JavaScript are keys like any other', () => {
    const { value, problems: found } = parseYamlDocument('constructor: 1\ntoString: 2\n', {
      plainData: true,
    });
    expect(found).toEqual([]);
    expect(Object.entries(value as object)).toEqual([
      ['constructor', 1],
      ['toString', 2],
    ]);
  });
});

describe('what plain data cannot hold', () => {
  test.each([
    ['{ __proto__: { a: b } }', '1:3 __proto__: "__proto__" cannot be a name here'],
    ['a: &a [*a]', '1:8 a[0]: holds itself, by an alias'],
    ['a: &a\n  b: { c: *a }', '2:11 a.b.c: holds itself, by an alias'],
    ['a: 1.10', '1:4 a: 1.10 is read as the number 1.1'],
    ['a: [0x1F]', '1:5 a[0]: 0x1F is read as the number 31'],
    ['a: 012', '1:4 a: 012 is read as the number 12'],
    ['a: 12345678901234567890', '1:4 a: 12345678901234567890 is read as the number 12345678901234567000'],
  ])('%j is refused', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  test.each(['1.5', '-3', '1.2.3', '10.0.0.1', '"1.10"', '2020-01-01', '1_000', '!!str 1.10', '08:30'])(
    '%s is read as it is written',
    (text) => {
      expect(problems(`a: ${text}`)).toEqual([]);
    },
  );

  test('other files may hold it', () => {
    expect(problems('a: &a { b: 1.10 }', false)).toEqual([]);
    expect(parseYamlDocument('__proto__: { polluted: true }').problems).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('what is no document', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['binary', new Uint8Array([0x7f, 0x45, 0, 1]), '1:1 : is binary, not text'],
    ['UTF-16', new Uint8Array(Buffer.from('\ufeffa: b', 'utf16le')), '1:1 : is UTF-16, not UTF-8 text'],
    ['Latin-1', new Uint8Array(Buffer.from('a: caf\xe9', 'latin1')), '1:1 : is not UTF-8 text'],
    ['50 MB', new Uint8Array(50_000_000).fill(0x61), '1:1 : is larger than 4 MiB (48 MiB)'],
    ['two documents', 'a: b\n---\nc: d\n', '1:1 : expected one YAML document, found 2'],
    ['a tab', 'a:\n\tb: c\n', '2:1 : is not YAML: tab characters must not be used in indentation'],
    ['an unknown alias', 'a: *b\n', '1:5 : is not YAML: unidentified alias "b"'],
    ['an unknown tag', 'a: !b c\n', '1:4 : is not YAML: unknown scalar tag !<!b>'],
    ['a list as key', 'x: y\n? [a]\n: b\n', '2:3 : a key must be text, found a collection'],
    ['lists in lists', '['.repeat(100_000), '1:64 : is not YAML: nesting exceeded maxDepth (64)'],
  ])('%s ends in one line', (_, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  test('a billion laughs are not laughed', () => {
    const lines = ['a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]'];
    for (let n = 1; n < 12; n++)
      lines.push(
        `a${n}: &a${n} [${Array<string>(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(problems(lines.join('\n'))).toEqual([
      '6:9 a5: holds more than 250,000 values, those behind aliases counted',
    ]);
  });

  test('depth behind aliases counts too', () => {
    const deep = (inner: string): string => '['.repeat(50) + inner + ']'.repeat(50);
    expect(problems(`a: &a ${deep('x')}\nb: ${deep('*a')}\n`)[0]).toContain(
      'is nested more than 64 levels deep',
    );
  });
});

describe('paths', () => {
  test.each<[(string | number)[], string]>([
    [['images', 'api', 'test', 1], 'images.api.test[1]'],
    [['jobs', 'a/b'], 'jobs."a/b"'],
    [[''], '""'],
    [['x'.repeat(200)], `${'x'.repeat(79)}…`],
    [Array<string>(20).fill('a'), `${Array<string>(12).fill('a').join('.')}…`],
  ])('%j is written for people', (path, text) => {
    expect(formatPath(path)).toBe(text);
  });
});
