// ESLint holds the layout: which folder of generator/ may import which, what may print, and what is pure.
import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { plainImports } from './script/plain-imports.mjs';

/**
 * What each folder of generator/ may import besides itself and packages; `types` lists folders of which it may
 * import types only. One line a folder: docs/architecture.md draws the same picture.
 */
const layout = {
  model: { may: [] },
  load: { may: ['model'] },
  hash: { may: ['model'] },
  plan: { may: ['model', 'hash'] },
  prune: { may: ['model'] },
  render: { may: ['model'] },
  init: { may: ['model', 'load'] },
  plugins: { may: ['model'] },
  ports: { may: ['model'] },
  drivers: { may: ['model', 'ports', 'hash', 'load'], types: ['plan', 'prune'] },
  execute: { may: ['model', 'plan', 'drivers', 'ports'] },
  adapters: { may: ['ports', 'model', 'init'] },
  lab: { may: ['ports', 'adapters', 'model'] },
  report: { may: ['model', 'ports'], types: ['plan', 'prune'] },
};
const folders = [...Object.keys(layout), 'cli'];

/** Folders that take values and give values: no file, no process, no network, no clock, no environment. */
const pure = ['model', 'load', 'hash', 'plan', 'prune', 'render', 'init', 'plugins'];
const effects =
  '^(?:node:)?(?:fs|child_process|process|os|net|tls|dgram|dns|https?|http2|worker_threads|cluster|timers|perf_hooks)(?:/|$)|^execa$';

/** Of the crypto module only what gives the same for the same; its default and `*` have all of it. */
const dice = {
  regex: '^(?:node:)?crypto$',
  importNamePattern: '^(?:default$|random|generate|getRandom|webcrypto)',
};

/** The program's own streams, which only `report` writes to; elsewhere they are not even handed on. */
const streams = ['stdout', 'stderr'];

/** Matches a relative import that leaves its folder for one of `names`. */
const leavesFor = (names) => `^(?:\\.{1,2}/)+(?:generator/)?(?:${names.join('|')})(?:/|$)`;

/** `import()` and `import('…').T`, which the import rule does not look at. */
const dynamicImports = (pattern, message, nodes) =>
  nodes.map((node) => ({ selector: `${node}[source.value=/${pattern.replaceAll('/', '\\/')}/]`, message }));

function rulesOf(folder, { may, types = [] }) {
  const forbidden = folders.filter((name) => name !== folder && ![...may, ...types].includes(name));
  const allowed = may.length > 0 ? may.join(', ') : 'no other folder';
  const message = `generator/${folder}/ may import ${allowed}${types.length > 0 ? ` (and types of ${types.join(', ')})` : ''}.`;
  const impure = `generator/${folder}/ is pure: effects sit behind a port.`;
  const silent = 'Only cli/ and report/ print.';
  const isPure = pure.includes(folder);
  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: leavesFor(forbidden), message },
          ...(types.length > 0 ? [{ regex: leavesFor(types), message, allowTypeImports: true }] : []),
          ...(isPure
            ? [
                { regex: effects, message: impure },
                { ...dice, message: impure },
              ]
            : []),
          ...(folder === 'report' || isPure
            ? []
            : [{ regex: '^(?:node:)?process$', importNames: streams, message: silent }]),
        ],
      },
    ],
    'no-restricted-syntax': [
      'error',
      ...dynamicImports(leavesFor(forbidden), message, ['ImportExpression', 'TSImportType']),
      ...(types.length > 0 ? dynamicImports(leavesFor(types), message, ['ImportExpression']) : []),
      ...(isPure ? dynamicImports(effects, impure, ['ImportExpression']) : []),
      ...(isPure
        ? [
            ...dynamicImports(dice.regex, impure, ['ImportExpression']),
            {
              selector: "NewExpression[callee.name='Date'][arguments.length=0]",
              message: `${impure} No clock.`,
            },
            { selector: "CallExpression[callee.name='Date']", message: `${impure} No clock.` },
          ]
        : []),
    ],
    ...(isPure
      ? {
          'no-restricted-globals': [
            'error',
            ...['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance', 'crypto'],
            // By way of these all of the others can be had.
            ...['globalThis', 'global'],
          ],
          'no-restricted-properties': [
            'error',
            { object: 'Date', property: 'now', message: `${impure} No clock.` },
            { object: 'Math', property: 'random', message: `${impure} Same input, same output.` },
          ],
        }
      : folder === 'report'
        ? {}
        : {
            'no-restricted-properties': [
              'error',
              ...streams.map((property) => ({ object: 'process', property, message: silent })),
            ],
          }),
  };
}

const layoutRules = Object.entries(layout).map(([folder, imports]) => ({
  name: `millrace/layout/${folder}`,
  files: [`generator/${folder}/**/*.ts`],
  rules: rulesOf(folder, imports),
}));

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      '**/target/',
      'test/golden/',
      'test/samples/',
      'test/fixtures/',
      'test/groovy/',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      // Judging names and values that hold control characters is this program's work.
      'no-control-regex': 'off',
    },
  },
  {
    name: 'millrace/no-printing',
    files: ['generator/**/*.ts'],
    ignores: ['generator/cli/**', 'generator/report/**'],
    rules: { 'no-console': 'error' },
  },
  {
    name: 'millrace/plain-imports',
    files: ['generator/**/*.ts'],
    plugins: { millrace: { rules: { 'plain-imports': plainImports } } },
    rules: { 'millrace/plain-imports': 'error' },
  },
  ...layoutRules,
  {
    // jest's matchers take whatever they are given: expect.any() and fakes of async ports would be errors here.
    name: 'millrace/tests',
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['**/*.mjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
);
