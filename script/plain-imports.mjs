import { dirname, relative, resolve, sep } from 'node:path';

/**
 * An ESLint rule for generator/: eslint.config.mjs judges an import by how it is written, so it has to be written in
 * the one plain way, and to stay within generator/.
 */
export const plainImports = {
  create(context) {
    const generator = resolve(import.meta.dirname, '../generator');
    const check = (node) => {
      if (!node.source) return;
      const source = node.source.value;
      const say = (message) => context.report({ node, message });
      if (typeof source !== 'string') say('Import a plain text, so that its folder is known.');
      else if (!/^(?:[./]|file:)/.test(source)) return;
      else if (/(?:^|\/)(?!\.{1,2}\/)[^/]+\/(?:.*\/)?\.\.(?:\/|$)/.test(source))
        say('An import goes up first, and then down.');
      else if (
        relative(generator, resolve(dirname(context.filename), source)).split(sep)[0] === '..' ||
        !source.startsWith('.')
      )
        say('generator/ imports its own files and packages.');
    };
    const nodes = [
      'ImportDeclaration',
      'ImportExpression',
      'TSImportType',
      'ExportNamedDeclaration',
      'ExportAllDeclaration',
    ];
    return Object.fromEntries(nodes.map((node) => [node, check]));
  },
};
