import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');
const TARGET = join(ROOT, 'target/test');
const PREFIX = 'cli-';
const HOUR = 3_600_000;

/** The CLI as its package has it: to compile it at every start would take most of a test's time. */
export interface BuiltCli {
  /** To be run with node. */
  file: string;
  /** Of what is one test's alone; the program stays, for the tests of other files. */
  remove: () => void;
}

/** Built once for all tests of a checkout as it is; another state of its sources is another folder. */
export async function buildCli(): Promise<BuiltCli> {
  const folder = join(TARGET, `${PREFIX}${digestSources()}`);
  if (!existsSync(folder)) await make(folder);
  return { file: join(folder, 'bin/millrace'), remove: () => undefined };
}

async function make(folder: string): Promise<void> {
  mkdirSync(TARGET, { recursive: true });
  removeOld();
  const half = mkdtempSync(join(TARGET, `${PREFIX}half-`));
  try {
    const env = { ...process.env, NODE_OPTIONS: '' };
    await promisify(execFile)('node', ['script/build.mjs', join(half, 'dist')], { cwd: ROOT, env });
    mkdirSync(join(half, 'bin'));
    for (const file of ['package.json', 'bin/millrace', 'bin/package.json'])
      copyFileSync(join(ROOT, file), join(half, file));
    // What the package holds beside its programs.
    for (const part of ['ansible', 'packer', 'stacks', 'jenkins-image', 'resources'])
      symlinkSync(join(ROOT, part), join(half, part));
    // Also for tests that run it as somebody else.
    chmodSync(half, 0o755);
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    // Somebody else was first.
    if (!existsSync(folder)) throw error;
  }
}

/** Those of former states; a younger one may be in use by tests that run beside these. */
function removeOld(): void {
  for (const name of readdirSync(TARGET).filter((one) => one.startsWith(PREFIX))) {
    const path = join(TARGET, name);
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - made > HOUR) rmSync(path, { recursive: true, force: true });
  }
}

function digestSources(): string {
  const hash = createHash('sha256');
  const folders = ['generator', 'script', 'bin'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const files = [...folders, ...['package.json', 'package-lock.json'].map((name) => join(ROOT, name))];
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}
