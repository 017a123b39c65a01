import type { Command } from './command.ts';
import { findRoot } from './find-root.ts';
import { readVersion } from './read-version.ts';
import { reportFailure } from './report-failure.ts';
import { createOutput } from '../report/output.ts';
import type { Output } from '../report/output.ts';
import { UserError } from '../model/user-error.ts';
import { shorten } from '../model/shorten.ts';
import { hintNearest } from '../model/nearest-name.ts';

interface Entry {
  summary: string;
  load(): Promise<{ command: Command }>;
  /** Millrace runs it itself: no overview names it. */
  hidden?: true;
  /** It is mostly about the commit that is checked out: git is asked at once. */
  asksGit?: true;
}

/** Loaded lazily: starting one command must not pay for the others. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  init: { summary: 'look at a repository and write its first project.yaml', load: () => import('./init.ts') },
  validate: {
    summary: 'check project.yaml and report everything that is wrong',
    load: () => import('./validate.ts'),
  },
  generate: {
    summary: 'write Jenkinsfile, jenkins/, vars/ and the schema',
    load: () => import('./generate.ts'),
  },
  apply: {
    summary: 'carry the plan out: build and publish what is not there',
    load: () => import('./apply.ts'),
    asksGit: true,
  },
  hash: {
    summary: 'show the source hash of each component',
    load: () => import('./hash.ts'),
    asksGit: true,
  },
  why: { summary: 'say what makes a component differ from what exists', load: () => import('./why.ts') },
  plan: {
    summary: 'show what would be built, deployed, kept and removed, and why',
    load: () => import('./plan.ts'),
    asksGit: true,
  },
  bootstrap: {
    summary: 'bring up Jenkins from a workstation, and by it the rest',
    load: () => import('./bootstrap.ts'),
    asksGit: true,
  },
  status: {
    summary: 'show what runs, and whether it is as the commit says',
    load: () => import('./status.ts'),
  },
  destroy: {
    summary: 'take away what is deployed, or all of it',
    load: () => import('./destroy.ts'),
  },
  prune: {
    summary: 'free what no running, previous or recent version needs',
    load: () => import('./prune.ts'),
  },
  unlock: {
    summary: 'show the deploy locks, and take away those of the dead',
    load: () => import('./unlock.ts'),
  },
  secret: {
    summary: 'list, show, set and rotate the secrets of the stacks',
    load: () => import('./secret.ts'),
  },
  lock: { summary: 'pin what upstream references mean', load: () => import('./lock.ts') },
  plugins: {
    summary: "pin the controller's plugins with all that they need",
    load: () => import('./plugins.ts'),
  },
  doctor: {
    summary: 'say what this machine lacks for the project, and how to get it',
    load: () => import('./doctor.ts'),
  },
  backup: { summary: 'back up JENKINS_HOME', load: () => import('./backup.ts') },
  restore: { summary: "put a backup in JENKINS_HOME's place", load: () => import('./restore.ts') },
  handover: {
    summary: 'carry on outside of Jenkins with what a build handed over',
    load: () => import('./handover.ts'),
    hidden: true,
  },
  lab: { summary: 'the whole world on one machine: up, down, status', load: () => import('./lab.ts') },
};

// In `millrace … | head` somebody stops reading: what is done is done to its end, and is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/**
 * @param argv the words after `millrace`
 * @returns exit code: 0 done, 1 the user's to mend, 70 a bug
 */
export async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const output = createOutput(process, {
    json,
    quiet: argv.includes('--quiet') || argv.includes('-q'),
    env: process.env,
  });
  const file = process.env['MILLRACE_FAILURE'] ?? '';
  if (file === '') return runWords(argv, output);
  const { openFailureNote } = await import('./failure-note.ts');
  const note = openFailureNote(output, file, process.env);
  const exitCode = await runWords(argv, note.output);
  note.end(exitCode);
  return exitCode;
}

async function runWords(argv: readonly string[], output: Output): Promise<number> {
  try {
    const { name, words } = splitWords(argv);
    if (name === '--version' || name === '-V') {
      output.print(readVersion());
      return 0;
    }
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      if (name === 'help' && words[0] !== undefined) return await runCommand(words[0], ['--help'], output);
      if (name === undefined && output.json)
        throw new UserError('USAGE', 'no command given; see millrace --help');
      output.print(overview());
      return name === undefined ? 1 : 0;
    }
    return await runCommand(name, words, output);
  } catch (error) {
    return reportFailure(error, output, argv.includes('--debug'));
  }
}

async function runCommand(name: string, words: readonly string[], output: Output): Promise<number> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) {
    throw new UserError(
      'UNKNOWN_COMMAND',
      `unknown command ${JSON.stringify(shorten(name, 60))}; ${hintNearest(name, Object.keys(COMMANDS)) || 'see millrace --help'}`,
    );
  }
  const asked = entry.asksGit
    ? (await import('./ask-early.ts')).askEarly(words, () => findRoot(currentFolder()), process.env)
    : undefined;
  const [{ command }, { Command: Parser, CommanderError }] = await Promise.all([
    entry.load(),
    import('commander'),
  ]);
  const parser = new Parser(`millrace ${name}`)
    .description(entry.summary)
    .option('--json', 'print one JSON document on stdout')
    .option('-q, --quiet', 'print results and errors only')
    .option('--debug', 'show the stack trace of a failure')
    .option('--lab', 'work against the lab (`millrace lab up`) instead of AWS and the cluster')
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.print(text.trimEnd()), writeErr: () => undefined });
  command.declare(parser);
  try {
    parser.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    throw new UserError('USAGE', `${message}; see millrace ${name} --help`);
  }
  const options = parser.opts<Record<string, unknown>>();
  const root = findRoot(currentFolder());
  if (options['lab'] === true && name !== 'lab') {
    const { labEnvironment } = await import('../lab/lab-environment.ts');
    // Clients and programs read the process's own environment, each by its own rules.
    for (const [variable, value] of Object.entries(labEnvironment(root))) {
      if (value === undefined) delete process.env[variable];
      else process.env[variable] = value;
    }
  }
  return command.run({
    args: parser.args,
    options,
    root,
    env: process.env,
    output,
    ...(asked ? { asked } : {}),
  });
}

/** Options that every command has may stand before its name too. */
function splitWords(argv: readonly string[]): { name: string | undefined; words: string[] } {
  const first = argv.findIndex((word) => !['--json', '--quiet', '-q', '--debug', '--lab'].includes(word));
  if (first === -1) return { name: undefined, words: [] };
  return { name: argv[first], words: [...argv.slice(0, first), ...argv.slice(first + 1)] };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UserError('NO_FOLDER', 'the current folder no longer exists; change to one that does');
  }
}

function overview(): string {
  const shown = Object.entries(COMMANDS).filter(([, { hidden }]) => hidden !== true);
  const width = Math.max(...shown.map(([name]) => name.length));
  const lines = shown.map(([name, entry]) => `  ${name.padEnd(width)}  ${entry.summary}`);
  return [
    'Usage: millrace <command> [options]',
    '',
    ...lines,
    '',
    'millrace <command> --help shows its options and an example.',
  ].join('\n');
}
