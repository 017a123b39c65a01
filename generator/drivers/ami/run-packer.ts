import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { TreeEntry } from '../../model/commit-files.ts';
import { UserError } from '../../model/user-error.ts';
import type { RunOptions } from '../../ports/processes.ts';
import type { AmiTools } from './ami-tools.ts';
import { CONNECTION_VARIABLES } from './packer-variables.ts';
import { readPackerOutput } from './packer-output.ts';

/** One run of Packer over an export. */
export interface PackerRun {
  /** Holds exactly the hashed files; Packer's working directory. */
  export: string;
  /** For Packer's own files: variables, temporary ones, downloads. */
  folder: string;
  /** Path of the template below the export. */
  template: string;
  /** Text of the template. */
  text: string;
  entries: readonly TreeEntry[];
  variables: Readonly<Record<string, unknown>>;
  region: string;
}

export interface PackerResult {
  ok: boolean;
  /** Id of the AMI; undefined where Packer named none for the region. */
  image?: string;
  cause: string;
  /** EC2 has an image of that name already. */
  isNameTaken: boolean;
}

/** Machines are terminated and waited for before Packer ends. */
const GRACE_SECONDS = 300;
/** A socket's path holds at most 107 bytes (unix(7)); Packer's plugins put theirs into the temporary folder. */
const LONGEST_TEMPORARY = 70;

/** @throws UserError NO_PROGRAM, PACKER_PLUGINS */
export async function runPacker(
  run: PackerRun,
  tools: AmiTools,
  report: { log: (line: string) => void; phase: (text: string) => void; signal: AbortSignal },
): Promise<PackerResult> {
  await mkdir(run.folder, { recursive: true });
  const variables = join(run.folder, 'variables.pkrvars.json');
  await writeFile(variables, JSON.stringify(run.variables), { mode: 0o600 });
  const env = await packerEnvironment(run, tools);
  const options = { signal: report.signal, graceSeconds: GRACE_SECONDS };
  await installPlugins(run, tools, env, { ...options, onLine: report.log });
  const output = readPackerOutput(report.log, report.phase);
  const flags = ['-machine-readable', '-color=false', '-on-error=cleanup', `-var-file=${variables}`];
  const result = await tools.processes.run(
    { file: 'packer', args: ['build', ...flags, run.template], cwd: run.export, env },
    { ...options, onLine: output.read },
  );
  const { artifact, cause } = output.report();
  const image = artifact
    ?.split(',')
    .find((each) => each.startsWith(`${run.region}:`))
    ?.slice(run.region.length + 1);
  return {
    ok: result.code === 0,
    ...(image === undefined ? {} : { image }),
    cause: result.signal === null ? cause : `Packer was ended by ${result.signal}`,
    isNameTaken: /InvalidAMIName\.Duplicate|name conflicts with an existing AMI/i.test(cause),
  };
}

/** Of the user's own environment nothing that decides the image: a PKR_VAR_ would be in no hash. */
async function packerEnvironment(
  run: PackerRun,
  tools: AmiTools,
): Promise<Record<string, string | undefined>> {
  const foreign = Object.keys(tools.environment).filter(
    (name) => name.startsWith('PKR_VAR_') && !CONNECTION_VARIABLES.includes(name.slice('PKR_VAR_'.length)),
  );
  const temporary = join(run.folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    ...tools.host.mark(),
    AWS_REGION: run.region,
    AWS_DEFAULT_REGION: run.region,
    CHECKPOINT_DISABLE: '1',
    PACKER_LOG: undefined,
    PACKER_NO_COLOR: '1',
    PACKER_CACHE_DIR: join(run.folder, 'cache'),
    ...(temporary.length > LONGEST_TEMPORARY ? {} : { TMPDIR: temporary }),
    ...pluginFolder(run, tools),
  };
}

/** A folder for each set of pins: Packer takes the newest plugin that it finds, pinned or not. */
function pluginFolder(run: PackerRun, { cacheFolder }: AmiTools): Record<string, string> {
  const pins = pinningPaths(run);
  if (cacheFolder === undefined || pins.length === 0) return {};
  const oids = run.entries.filter(({ path }) => pins.includes(path)).map(({ path, oid }) => [path, oid]);
  const key = createHash('sha256').update(JSON.stringify(oids)).digest('hex').slice(0, 16);
  return { PACKER_PLUGIN_PATH: join(cacheFolder, 'packer-plugins', key) };
}

/** Files with `required_plugins`: beside the template in plugins/ (Packer 1.6 refuses the block), or itself. */
function pinningPaths({ template, text, entries }: PackerRun): string[] {
  const folder = posix.join(posix.dirname(template), 'plugins');
  const beside = entries
    .map(({ path }) => path)
    .filter((path) => posix.dirname(path) === folder && path.endsWith('.pkr.hcl'));
  return [...beside, ...(/^\s*required_plugins\s*\{/m.test(text) ? [template] : [])];
}

async function installPlugins(
  run: PackerRun,
  tools: AmiTools,
  env: Record<string, string | undefined>,
  options: RunOptions,
): Promise<void> {
  const pins = pinningPaths(run);
  if (pins.length === 0 || options.signal?.aborted) return;
  const version = await tools.processes.run({ file: 'packer', args: ['version'], cwd: run.export, env });
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/.exec(version.stdout) ?? [];
  // Before 1.7 the plugins are part of the program.
  if (Number(major) === 1 && Number(minor) < 7) return;
  for (const path of new Set(pins.map((pin) => (pin === run.template ? pin : posix.dirname(pin))))) {
    const result = await tools.processes.run(
      { file: 'packer', args: ['init', path], cwd: run.export, env },
      options,
    );
    if (result.code === 0 || options.signal?.aborted) continue;
    const last =
      `${result.stdout}\n${result.stderr}`.split('\n').findLast((line) => line.trim() !== '') ?? '';
    throw new UserError(
      'PACKER_PLUGINS',
      `packer init ${path} could not install the plugins that it pins: ${last.trim()}; is github.com reached?`,
    );
  }
}
