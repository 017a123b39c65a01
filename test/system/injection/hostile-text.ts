import fc from 'fast-check';
import { checkItemName, checkItemNameFits } from '../../../generator/model/jenkins/item-name.ts';
import { checkLabelExpression } from '../../../generator/model/jenkins/label-expression.ts';
import { Text } from '../../../generator/model/project/text.ts';

/** Where a payload that were executed would leave a trace: a file that it makes, or a call of `pwned`. */
export function payloadsFor(canary: string): string[] {
  const make = `new File('${canary}').createNewFile()`;
  const quoted = make.replaceAll("'", '"');
  return [
    "x'); pwned('",
    "x'\n pwned()\n'",
    "x\\'); pwned(); ('",
    '\\u0027); pwned(); (\\u0027',
    '\\uuu0027); pwned(); (\\u0027',
    '\\u000apwned()\\u000a',
    '\\u005c\\u0027); pwned(); (\\u0027',
    "\\134\\047); pwned(); ('",
    `\${${make}}`,
    `$${'{pwned()}'}`,
    '${pwned()}',
    '$pwned',
    '${->pwned()}',
    `' + ${make} + '`,
    `'''; ${quoted}; '''`,
    `"""; ${make}; """`,
    `"; ${make}; "`,
    `*/ ${make} /*`,
    `\u2028${make}\u2028`,
    `\u0085${make}\u0085`,
    `/$ ; ${make}; $/`,
    `/; ${make}; /`,
    `@groovy.transform.ASTTest(value={${quoted}})`,
    `'}); ${quoted}; ({'`,
    `'] + [${quoted}] + ['`,
    "'\\\n'); pwned(); ('",
    '</script><script>pwned()</script>',
    '<![CDATA[]]>&lt;&#39;',
    '{{groovy pwned}} {{{pwned}}} {{> pwned}}',
    'trailing backslash \\',
    'even backslashes \\\\',
    'bidi \u202e\u2066\u200f',
    'no-break\u00a0zero\u200bwidth\ufeff',
    'emoji 🧨👩‍💻 \u{10ffff}',
    ' spaces around ',
    '-rf --option',
    '`pwned` $(pwned)',
  ];
}

const FRAGMENTS = [
  ...[
    "'",
    '"',
    "'''",
    '"""',
    '\\',
    '\\\\',
    "\\'",
    '$',
    '$$',
    '${',
    '}',
    '`',
    '*/',
    '/*',
    '//',
    '/',
    '$/',
    '/$',
  ],
  ...[
    '\\u0027',
    '\\u005c',
    '\\u000a',
    '\\uu0022',
    '\\u',
    '\\n',
    '\\0',
    '\\377',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2066',
  ],
  ...[
    '\u0085',
    '\u009f',
    '\u00a0',
    '\u00ad',
    '\u200b',
    '\ufeff',
    '\ufdd0',
    '\uffef',
    '\ufffd',
    '\t',
    '\n',
    '🧨',
    'é',
  ],
  ...[
    "'); pwned('",
    '" + pwned() + "',
    '${pwned()}',
    '</script>',
    '<!--',
    ']]>',
    '&amp;',
    '{{',
    '}}',
    '#{',
    '%s',
  ],
  ...[
    'a',
    'Z',
    '0',
    ' ',
    ',',
    '=',
    ':',
    ';',
    '(',
    ')',
    '[',
    ']',
    '{',
    '|',
    '&',
    '<',
    '>',
    '~',
    '^',
    '?',
    '!',
    '@',
    '-',
  ],
];

/** Texts that project.yaml may hold, none blank: nasty constants, mixtures of what ends strings, any characters, long ones. */
export function hostileText(canary: string): fc.Arbitrary<string> {
  const mixture = fc
    .array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 12 })
    .map((all) => all.join(''));
  const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
  const units = fc.string({
    unit: fc.integer({ min: 0x20, max: 0xfffd }).map((code) => String.fromCharCode(code)),
    maxLength: 20,
  });
  const long = fc.constantFrom(...FRAGMENTS).map((one) => one.repeat(Math.floor(9_900 / one.length)));
  return fc
    .oneof(
      { arbitrary: fc.constantFrom(...payloadsFor(canary)), weight: 8 },
      { arbitrary: mixture, weight: 8 },
      { arbitrary: anything, weight: 3 },
      { arbitrary: units, weight: 2 },
      { arbitrary: long, weight: 1 },
    )
    .filter((text) => text.trim() !== '' && Text.safeParse(text).success);
}

/** The same in one line. */
export function hostileLine(canary: string): fc.Arbitrary<string> {
  return hostileText(canary).map((text) => text.replaceAll('\n', ' '));
}

/** Names of jobs, as far as Jenkins allows them. */
export function hostileName(canary: string): fc.Arbitrary<string> {
  return hostileLine(canary)
    .map((text) =>
      text
        .replace(/[?*/\\%!@#$^&|<>[\]:;\u0000-\u001f\u007f-\u009f]/g, '')
        .slice(0, 60)
        .replace(/\p{Surrogate}/gu, ''),
    )
    .map((name) => `n${name}n`)
    .filter((name) => checkItemName(name).ok && checkItemNameFits(name).ok);
}

/** What stands in a quoted label. */
export function hostileLabel(canary: string): fc.Arbitrary<string> {
  return hostileLine(canary)
    .map((text) => text.replace(/["\\]/g, ''))
    .filter((text) => checkLabelExpression(`"${text}"`).ok);
}

/** The part of a mail address before `@`, and a branch or path without what these refuse. */
export function hostileWord(canary: string): fc.Arbitrary<string> {
  return hostileLine(canary)
    .map((text) =>
      text
        .replace(/[\s$\u0000-\u0020\u007f-\u00a0@,;<>"'\\^`{|}~:?*[\]/#.%&=()]/g, '')
        .slice(0, 40)
        .replace(/\p{Surrogate}/gu, ''),
    )
    .map((word) => `w${word}w`);
}
