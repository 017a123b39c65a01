import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** `[name, arguments]`, or `[name, arguments, calls of its block]`. */
export type Call = [string, unknown[], Call[]?];
export type Recorded = { calls: Call[] } | { error: string };

export interface Groovy {
  /** Executes each file; `printed` is what any of them so far wrote to standard output. */
  run(files: readonly string[]): Promise<{ files: Recorded[]; printed: string }>;
  stop(): Promise<void>;
}

/** Starts one JVM with Groovy 2.4, the line that Jenkins runs. @throws Error where a JDK or Groovy is missing */
export function startGroovy(): Groovy {
  const source = fileURLToPath(new URL('RunGenerated.groovy', import.meta.url));
  // The optimising compiler is not worth its time for classes that live for one call.
  const options = ['-Xmx1g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const child = spawn(findJava(), [...options, '-cp', findGroovy(), 'groovy.ui.GroovyMain', source], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const waiting = new Map<number, (answer: { files: Recorded[]; printed: string }) => void>();
  const failing = new Map<number, (error: Error) => void>();
  let errors = '';
  let count = 0;
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as { id: number; files: Recorded[]; printed: string };
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    failing.delete(answer.id);
  });
  const ended = new Promise<void>((resolve) => {
    child.on('close', (code) => {
      for (const fail of failing.values()) fail(new Error(`Groovy ended with code ${code}: ${errors}`));
      resolve();
    });
  });
  return {
    run: (files) =>
      new Promise((resolve, reject) => {
        const id = count++;
        waiting.set(id, resolve);
        failing.set(id, reject);
        child.stdin.write(`${JSON.stringify({ id, files })}\n`);
      }),
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

/** Groovy 2.4 does not run on Java newer than 17. */
function findJava(): string {
  const installed = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm') : [];
  const named = [process.env['MILLRACE_JDK17'], process.env['JAVA_HOME']];
  const homes = [...named, ...installed.map((name) => join('/usr/lib/jvm', name))];
  for (const home of homes) {
    const java = join(home ?? '', 'bin/java');
    if (home === undefined || !existsSync(java)) continue;
    if (/version "(1\.8|11|17)\b/.test(spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr))
      return java;
  }
  throw new Error('no JDK 17 found (looked at MILLRACE_JDK17, JAVA_HOME and /usr/lib/jvm): run script/setup');
}

function findGroovy(): string {
  const jars = [
    join(homedir(), '.m2/repository/org/codehaus/groovy/groovy-all/2.4.21/groovy-all-2.4.21.jar'),
    '/usr/share/java/groovy-all-2.4.21.jar',
  ];
  const jar = jars.find((path) => existsSync(path));
  if (jar === undefined)
    throw new Error('no Groovy 2.4.21 found: run script/test groovy once, or script/setup');
  return jar;
}
