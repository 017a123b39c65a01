import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readDocument } from '../adapters/read-document.ts';
import { parseYamlDocument } from '../load/yaml-document.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';
import { closePlugins, findWarnings } from '../plugins/close-plugins.ts';
import type { PluginClosure } from '../plugins/close-plugins.ts';
import { comparePlugins, formatPlugins, readCore, readPlugins } from '../plugins/plugins-file.ts';
import type { PinnedPlugin } from '../plugins/plugins-file.ts';
import { readUpdateCenter } from '../plugins/update-center.ts';
import type { Command, Invocation } from './command.ts';

export const command: Command = {
  declare(parser) {
    parser
      .argument('<action>', 'lock')
      .option('--folder <path>', 'where plugins.yaml, plugins.txt and the Dockerfile are', 'jenkins-image')
      .option('--core <version>', 'of Jenkins; what the Dockerfile begins with by default')
      .option('--update-center <place>', "a file or an address; Jenkins' own for that version by default")
      .option('--check', 'write nothing; fail where plugins.txt is no closure, or has a warning')
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace plugins lock\n  $ millrace plugins lock --check\n  $ millrace plugins lock --core 2.568.2 --update-center update-center.json',
      );
  },
  async run(invocation) {
    const [action = ''] = invocation.args;
    if (action === 'lock') return lockPlugins(invocation);
    throw new UserError(
      'USAGE',
      `expected lock, found ${JSON.stringify(shorten(action, 60))}; see millrace plugins --help`,
    );
  },
};

async function lockPlugins({ root, options, output }: Invocation): Promise<number> {
  const folder = resolve(root, String(options['folder']));
  const file = join(folder, 'plugins.txt');
  const wanted = readWanted(join(folder, 'plugins.yaml'));
  const core = typeof options['core'] === 'string' ? options['core'] : findCore(join(folder, 'Dockerfile'));
  const place =
    typeof options['updateCenter'] === 'string'
      ? options['updateCenter']
      : `https://updates.jenkins.io/update-center.actual.json?version=${encodeURIComponent(core)}`;
  const center = readUpdateCenter(await readDocument(place), place);
  const closure = closePlugins(wanted, center, core);
  if (closure.problems.length > 0) throw cannotClose(closure, output);
  const before = existsSync(file) ? readPlugins(readFileSync(file, 'utf8')) : [];
  const moved = comparePlugins(before, closure.plugins);
  const isCheck = options['check'] === true;
  const pinned: readonly PinnedPlugin[] = isCheck ? before : closure.plugins;
  const warnings = findWarnings(pinned, center, core);
  if (!isCheck && moved.length > 0) write(file, formatPlugins(closure.plugins, core, place));
  // A newer version is news, and no fault of what is pinned.
  const misfits = moved.filter((line) => !line.startsWith(' '));
  if (output.json) output.print(JSON.stringify({ version: 1, core, ...closure, moved, warnings }, null, 2));
  else report({ file, moved, isCheck, plugins: closure.plugins }, output);
  for (const { subject, warning } of warnings)
    output.warn(
      `${output.noteColors.yellow('warning:')} ${subject}: ${shorten(warning.message, 200)} (${warning.id}, ${warning.url})`,
    );
  return isCheck && (misfits.length > 0 || warnings.length > 0) ? 1 : 0;
}

function cannotClose({ problems }: PluginClosure, output: Invocation['output']): UserError {
  for (const problem of problems) output.warn(problem);
  const [first] = problems;
  return new UserError(
    'PLUGIN_CONFLICT',
    problems.length === 1 ? first! : `${problems.length} plugins cannot be had together; nothing was written`,
  );
}

function report(
  found: { file: string; moved: readonly string[]; isCheck: boolean; plugins: readonly PinnedPlugin[] },
  output: Invocation['output'],
): void {
  const { file, moved, isCheck, plugins } = found;
  for (const line of moved) output.print(line);
  const count = `${plugins.length} plugins`;
  if (moved.length === 0) output.print(`${file} is up to date: ${count}.`);
  else if (isCheck)
    output.print(`${file} is not what the update center offers now; \`millrace plugins lock\` writes it.`);
  else output.print(`${file} is written: ${count}.`);
}

const Wanted = z.strictObject({ plugins: z.array(z.string().regex(/^[\w.-]+$/)).min(1) });

/** @throws UserError INVALID_PLUGINS */
function readWanted(file: string): string[] {
  const invalid = (found: string): UserError =>
    new UserError('INVALID_PLUGINS', `${file}: expected \`plugins:\` with a list of their names, ${found}`);
  if (!existsSync(file)) throw invalid('found no such file');
  const { value, problems } = parseYamlDocument(readFileSync(file));
  const [problem] = problems;
  if (problem) throw invalid(`line ${problem.line}: ${problem.message}`);
  const parsed = Wanted.safeParse(value);
  if (parsed.success) return parsed.data.plugins;
  const [issue] = parsed.error.issues;
  throw invalid(`found another thing at ${issue!.path.join('.') || 'its root'}: ${issue!.message}`);
}

/** @throws UserError NO_CORE */
function findCore(file: string): string {
  const core = existsSync(file) ? readCore(readFileSync(file, 'utf8')) : undefined;
  if (core !== undefined) return core;
  throw new UserError(
    'NO_CORE',
    `${file}: expected a line FROM jenkins/jenkins:VERSION…, found none; name the version with --core`,
  );
}

/** Whole or not at all. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
