import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../..');

/** The CLI as one program, compiled once: to compile at every start would take most of a test's time. */
export interface BuiltCli {
  /** To be run with node. */
  file: string;
  remove: () => void;
}

export async function buildCli(): Promise<BuiltCli> {
  // Below the checkout, whose packages it uses.
  const folder = join(ROOT, `target/test/cli-${process.pid}`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  await build({
    entryPoints: [join(ROOT, 'generator/cli/main.ts')],
    outdir: join(folder, 'dist'),
    outbase: join(ROOT, 'generator'),
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const file = join(folder, 'bin/millrace.mjs');
  writeFileSync(
    file,
    "import { main } from '../dist/cli/main.js';\nprocess.exitCode = await main(process.argv.slice(2));\n",
  );
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
