import { shorten } from '../../model/shorten.ts';

/** What went wrong, in one line, and what to do about it. */
export interface Cause {
  code: string;
  cause: string;
  hint: string;
}

/** Wrappings that say nothing to a person. */
const WRAPPING =
  /^(?:ERROR: |error: |failed to solve with frontend \S+: |failed to solve: |failed to create LLB definition: |rpc error: code = \w+ desc = |Error response from daemon: |executor failed running )+/i;

/** What a message holds, and what it then means. The first that fits. */
const HINTS: readonly { when: RegExp; code?: string; hint: string }[] = [
  {
    when: /no space left on device/i,
    code: 'NO_SPACE',
    hint: 'free some of the engine’s disk (docker system df)',
  },
  {
    when: /cannot connect to the docker daemon|error during connect|transport is closing|context canceled/i,
    code: 'NO_DOCKER',
    hint: 'did the engine stop?',
  },
  { when: /dockerfile parse error|unknown instruction|syntax error/i, hint: 'mend the Dockerfile' },
  {
    when: /failed to compute cache key|not found in build context|\bnot found: not found/i,
    hint: 'is the file committed, and not taken out by .dockerignore?',
  },
  { when: /x509|certificate/i, hint: 'does the engine trust the registry’s certificate?' },
  {
    when: /server gave HTTP response to HTTPS client/i,
    hint: 'let the engine know the registry as insecure, or give it a certificate',
  },
  { when: /toomanyrequests|429/i, hint: 'wait a while, or log in for a higher limit' },
  {
    when: /unauthorized|denied|forbidden|no basic auth/i,
    code: 'REGISTRY_DENIED',
    hint: 'log in with `docker login`, or look at what the credentials may do',
  },
  {
    when: /no such host|connection refused|i\/o timeout|TLS handshake timeout|connection reset|unexpected EOF|\bEOF\b|broken pipe|50[0234]\b/i,
    code: 'REGISTRY_UNREACHABLE',
    hint: 'is the registry up, and reachable from the engine?',
  },
  {
    when: /manifest unknown|manifest .*not found|@sha256:[0-9a-f]{64}: not found/i,
    hint: 'the pinned image is no longer there; refresh the pin with `millrace lock --update`',
  },
];

/** The cause of a failed build, from BuildKit's plain output (buildx and the client's own, they differ in their last lines). */
export function findBuildCause(output: string): Cause {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const last =
    lines.findLast((line) => line !== '' && !/^[-#>]|^ > /.test(line)) ??
    lines.findLast((line) => line !== '') ??
    'no word from the builder';
  const run = /^(?:process "(.*)" did not complete successfully|\[(.*)\]): exit code: (\d+)/s.exec(
    unwrap(last),
  );
  if (!run) return judge(unwrap(last), 'BUILD_FAILED', 'see the log above');
  const command = (run[1] ?? run[2]!).replace(/^\/bin\/sh -c /, '');
  const words = outputOf(lines);
  // The disk may be full for the program that runs inside as well, and that may go on talking.
  const space = words.findLast((text) => /no space left on device/i.test(text));
  const said = space ?? words.at(-1) ?? '';
  const cause = `RUN ${shorten(command, 120)} ended with exit code ${run[3]}${said === '' ? '' : `: ${shorten(said, 160)}`}`;
  return { ...judge(space ?? '', 'BUILD_FAILED', 'see the log above'), cause };
}

/** The cause of a failed command of the docker client, from what it wrote to stderr. */
export function findDockerCause(stderr: string, code: string): Cause {
  const last =
    stderr.split('\n').findLast((line) => line.trim() !== '' && !/^See '|^time="\S+" level=/.test(line)) ??
    'no word from docker';
  return judge(unwrap(last.trim().replace(/^docker: /, '')), code, 'see the log above');
}

/** What the failed step wrote: `#7 1.234 text`. */
function outputOf(lines: readonly string[]): string[] {
  const failed = lines.map((line) => /^#(\d+) ERROR: /.exec(line)?.[1]).find((step) => step !== undefined);
  const prefix = new RegExp(`^#${failed ?? '\\d+'} \\d+\\.\\d+ (.*\\S)`);
  return lines.flatMap((line) => prefix.exec(line)?.[1] ?? []);
}

function judge(text: string, code: string, hint: string): Cause {
  const known = HINTS.find(({ when }) => when.test(text));
  return { code: known?.code ?? code, cause: shorten(text, 300), hint: known?.hint ?? hint };
}

/** Also without the place where the engine keeps the context, which is nobody's file. */
function unwrap(line: string): string {
  return line.replace(WRAPPING, '').replace(/\/\S*\/buildkit-mount\d+(?=\/)/g, '');
}
