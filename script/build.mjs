// Makes dist/, what the published package runs: node script/build.mjs [FOLDER] (default: dist)
// Everything in a few files that load quickly: the packages that we use are bundled without the parts that we do
// not, each command is loaded when it is called, and the templates are compiled. So an installed millrace needs no
// other package; the licences of those inside it are in THIRD_PARTY.txt.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import '../bin/ts-node.mjs';
import { compileTemplates } from './compile-templates.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(root, process.argv[2] ?? 'dist');
/** What `import.meta.url` becomes, where a module asks for it. */
const MODULE_URL = "const moduleUrl=require('node:url').pathToFileURL(__filename).href;";

rmSync(out, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['generator/cli/main.ts'],
  outbase: 'generator',
  outdir: out,
  // The code finds package.json two folders above itself, here as in generator/.
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // The newer form of a package where it has both: of the older one `import()` gives no names once it is bundled.
  mainFields: ['module', 'main'],
  // Names stay, so that a stack trace says where something happened.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  plugins: [replaceModules(await renderConstants()), loosenSchemas()],
  logLevel: 'warning',
});
await Promise.all(Object.keys(metafile.outputs).map((path) => convertModule(resolve(root, path))));
writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(join(out, 'THIRD_PARTY.txt'), listLicences(Object.keys(metafile.inputs)));
console.log(`${out}: ${countBytes(metafile.outputs)} KB in ${Object.keys(metafile.outputs).length} files`);

/**
 * Into a module of the older kind: Node loads dozens of them in half the time. Only modules of the newer kind can be
 * split into shared files by esbuild, so they are converted afterwards.
 */
async function convertModule(path) {
  const text = readFileSync(path, 'utf8');
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // `import()` becomes `require()`, a little later.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    define: { 'import.meta.url': 'moduleUrl' },
    // As every module of the newer kind is.
    banner: `"use strict";${text.includes('import.meta.url') ? MODULE_URL : ''}`,
    logLevel: 'warning',
  });
  writeFileSync(path, code);
}

/**
 * Modules that the package has in another form, by their files: what is the same for every project is made here
 * once, and not by each run.
 */
async function renderConstants() {
  const { readPackageSources } = await import('../generator/adapters/package-sources.ts');
  const { renderLibrary } = await import('../generator/render/render-library.ts');
  const sources = readPackageSources();
  return {
    'cli/build-id.ts': `export const BUILD_ID = '${digestSources()}';`,
    'adapters/package-sources.ts':
      'export const readPackageSources = () => ({ templates: {}, library: {} });',
    'render/templates.ts': compileTemplates(sources.templates),
    'render/render-library.ts': `const files = ${JSON.stringify([...renderLibrary(sources)])};
      export const renderLibrary = () => new Map(files);`,
  };
}

/** Of all that decides what this build computes: our sources, and the versions of what is bundled with them. */
function digestSources() {
  const files = readdirSync(join(root, 'generator'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const all = [...files, join(root, 'package.json'), join(root, 'package-lock.json')];
  const parts = all.sort().map((path) => [relative(root, path), readFileSync(path, 'base64')]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Stops the build where a file is not met: renamed, it would come along as it is, slowly or not working. */
function replaceModules(contents) {
  const missing = new Set(Object.keys(contents));
  return {
    name: 'replace-modules',
    setup(plugin) {
      plugin.onLoad({ filter: /[/\\]generator[/\\].*\.ts$/ }, ({ path }) => {
        const file = relative(join(root, 'generator'), path).split(sep).join('/');
        if (!Object.hasOwn(contents, file)) return undefined;
        missing.delete(file);
        return { contents: contents[file], loader: 'js', resolveDir: dirname(path) };
      });
      plugin.onEnd(() => ({
        errors: [...missing].map((file) => ({ text: `generator/${file} was not met` })),
      }));
    },
  };
}

/**
 * AWS's clients describe each of their shapes (EC2's 4,000) by a list with computed keys, which might do something, so that
 * none could be left out: marked as doing nothing, nine tenths go, and EC2's is loaded in a third of the time.
 */
function loosenSchemas() {
  let count = 0;
  return {
    name: 'loosen-schemas',
    setup(plugin) {
      plugin.onLoad({ filter: /[/\\]client-(?:ec2|iam)[/\\].*[/\\]schemas_0\.js$/ }, ({ path }) => {
        const shape = /^((?:export )?var [\w$]+ = )(\[[^]*?\]);$/gm;
        const contents = readFileSync(path, 'utf8').replace(shape, (_, start, list) => {
          count++;
          return `${start}/* @__PURE__ */ (() => ${list})();`;
        });
        return { contents, loader: 'js' };
      });
      // Another version may write them otherwise.
      plugin.onEnd(() => ({ errors: count > 0 ? [] : [{ text: 'no shape of EC2 or IAM was met' }] }));
    },
  };
}

/** Name, version and whole licence of each package that a bundled file comes from. */
function listLicences(inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const packages = [...folders].sort().map(readLicence);
  const parts = packages.map(({ name, version, license, texts }) => {
    const found = texts.length > 0 ? texts : textsOfSibling(name, license, packages);
    if (found.length === 0) throw new Error(`${name} ${version} is to be bundled, and has no licence file`);
    return [`${name} ${version} (${license})`, ...found].join('\n\n');
  });
  const about = 'The files of this folder hold code of these packages, under their own licences:';
  return `${[about, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function readLicence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  return {
    name,
    version,
    license,
    texts: files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim()),
  };
}

/** One repository publishes many packages of a scope, and puts the licence that all of them name into most of them. */
function textsOfSibling(name, license, packages) {
  const scope = /^@[^/]+\//.exec(name)?.[0];
  const sibling = packages.find(
    (one) =>
      scope !== undefined && one.name.startsWith(scope) && one.license === license && one.texts.length > 0,
  );
  return sibling?.texts ?? [];
}

function countBytes(outputs) {
  return Math.round(Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0) / 1024);
}
