import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ImageBuilder, ImageBuildRequest } from '../../ports/image-builder.ts';
import type { CommandResult, Processes, RunOptions } from '../../ports/processes.ts';
import type { ThisRun } from '../this-run.ts';
import { findBuildCause, findDockerCause } from './build-cause.ts';
import type { Cause } from './build-cause.ts';
import { buildArguments, multiPlatformArguments } from './build-arguments.ts';
import { findDockerClient } from './docker-client.ts';
import { checkSeveralPlatforms } from './several-platforms.ts';
import type { DockerClient } from './docker-client.ts';
import { LOCAL_DOMAIN, TEST_PREFIX, removeLeftovers } from './leftovers.ts';
import { logIn } from './registry-login.ts';

export interface ImageBuilderSettings {
  processes: Processes;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  /** Gives the environment whose login a push has; it may change while this runs. That of `env` where undefined. */
  readLogin?: () => Promise<ImageBuilderSettings['env']>;
  run: ThisRun;
  /** Registries that MILLRACE_REGISTRY_USERNAME and MILLRACE_REGISTRY_PASSWORD are for. */
  registryDomains: readonly string[];
  /** 0 ≤ number < 1 */
  random?: () => number;
}

const PUSH_ATTEMPTS = 3;
const FIRST_PAUSE = 1_000;

/** The docker client on this machine, and the engine that it speaks to. */
export function createImageBuilder(settings: ImageBuilderSettings): ImageBuilder {
  const { processes, clock, env, run, random = Math.random } = settings;
  /** What `build` made of several platforms exists in the builder only, and is built again, from its cache, to be pushed. */
  const severalPlatforms = new Map<string, ImageBuildRequest>();
  let client: Promise<DockerClient> | undefined;
  let swept: Promise<void> | undefined;
  /** Local names that went away while what they named was pushed. */
  const forgotten = new Set<string>();
  let tests = 0;

  const docker = async (args: readonly string[], options: RunOptions = {}): Promise<CommandResult> => {
    const { file } = await (client ??= findDockerClient(processes, env));
    // Where the login cannot be asked for, the engine is not there either: the client says so.
    const known = (await settings.readLogin?.().catch(() => env)) ?? env;
    const login = logIn(known, settings.registryDomains, run.stamp);
    try {
      return await processes.run({ file, args, env: { ...login.env, ...BUILD_ENVIRONMENT } }, options);
    } finally {
      login.forget();
    }
  };
  const dockerOrThrow = async (
    args: readonly string[],
    options: RunOptions,
    findCause: (result: CommandResult) => Cause,
  ): Promise<CommandResult> => {
    const result = await docker(args, options);
    if (result.code === 0) return result;
    options.signal?.throwIfAborted();
    throw toUserError(findCause(result));
  };

  const push = async (reference: string, options: RunOptions): Promise<CommandResult> => {
    for (let attempt = 1; ; attempt++) {
      const result = await docker(['push', reference], options);
      if (result.code === 0) return result;
      options.signal?.throwIfAborted();
      const cause = findDockerCause(result.stderr, 'PUSH_FAILED');
      // A push is safe to repeat: what is there already is not sent again.
      if (cause.code !== 'REGISTRY_UNREACHABLE' || attempt === PUSH_ATTEMPTS) throw toUserError(cause);
      await clock.sleep(random() * FIRST_PAUSE * 2 ** attempt, options.signal);
    }
  };

  return {
    expect: () => {
      client ??= findDockerClient(processes, env);
      // Told of by `check`.
      client.catch(() => undefined);
    },
    check: async (platforms) => {
      const found = await (client ??= findDockerClient(processes, env));
      if (platforms.length > 1) await checkSeveralPlatforms(platforms, found, docker);
      // Beside the first build: it needs nothing of them.
      swept ??= removeLeftovers(docker, run);
      swept.catch(() => undefined);
    },
    build: async (request, options) => {
      if (request.platforms.length > 1) severalPlatforms.set(request.localTag, request);
      const args = buildArguments(request, await (client ??= findDockerClient(processes, env)));
      await dockerOrThrow(args, withoutNoise(options), (result) =>
        findBuildCause(result.stderr || result.stdout),
      );
    },
    test: async (localTag, argv, options) => {
      const name = `${TEST_PREFIX}${run.stamp}-${++tests}`;
      const [program = '', ...rest] = argv;
      const args = [
        ...['run', '--rm', '--name', name, '--network', 'none'],
        ...['--entrypoint', program, localTag, ...rest],
      ];
      // A client that is ended leaves its container running, and a shell in it would not hear SIGTERM.
      const remove = (): Promise<unknown> => docker(['rm', '--force', name]);
      const onAbort = (): void => void remove().catch(() => undefined);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      try {
        await dockerOrThrow(args, options, (result) => describeTest(argv, result));
      } finally {
        options.signal?.removeEventListener('abort', onAbort);
        if (options.signal?.aborted) await remove();
      }
    },
    publish: async (localTag, reference, options) => {
      const several = severalPlatforms.get(localTag);
      if (several) {
        const result = await dockerOrThrow(
          multiPlatformArguments(several, reference),
          options,
          ({ stderr }) => findBuildCause(stderr),
        );
        return digestIn(
          /"?containerimage\.digest"?: ?"?(sha256:[0-9a-f]{64})|exporting manifest list (sha256:[0-9a-f]{64})/,
          result,
        );
      }
      await dockerOrThrow(['tag', localTag, reference], options, ({ stderr }) =>
        findDockerCause(stderr, 'PUSH_FAILED'),
      );
      // It has another name now.
      const forgetting = docker(['rmi', localTag]).then(({ code }) => {
        if (code === 0) forgotten.add(localTag);
      });
      forgetting.catch(() => undefined);
      const pushed = await push(reference, options).finally(() => forgetting);
      return digestIn(/: digest: (sha256:[0-9a-f]{64}) size: /, pushed);
    },
    forget: async (localTags) => {
      for (const tag of localTags) severalPlatforms.delete(tag);
      const local = localTags.filter((tag) => tag.startsWith(LOCAL_DOMAIN) && !forgotten.has(tag));
      if (local.length > 0) await docker(['rmi', ...local]);
      await swept;
    },
  };
}

/** BuildKit in a client that has it built in; nothing that changes with each build in one that has buildx. */
const BUILD_ENVIRONMENT = {
  DOCKER_BUILDKIT: '1',
  BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  DOCKER_CLI_HINTS: 'false',
};

/** BuildKit's blank lines and its name for each step tell a person nothing. */
function withoutNoise({ onLine, ...options }: RunOptions): RunOptions {
  if (!onLine) return options;
  return {
    ...options,
    onLine: (line, stream) => {
      if (line !== '' && !/^#\d+ sha256:[0-9a-f]{64}$/.test(line)) onLine(line, stream);
    },
  };
}

function describeTest(argv: readonly string[], { code, stdout, stderr }: CommandResult): Cause {
  const shown = shorten(JSON.stringify(argv), 120);
  // 125 to 127 are docker's own: the engine failed, or the program could not be started.
  if (code !== null && code >= 125 && code <= 127 && /^docker: /m.test(stderr)) {
    const found = findDockerCause(stderr.slice(stderr.lastIndexOf('docker: ')), 'TEST_FAILED');
    return { ...found, cause: `the test ${shown} could not be started: ${found.cause}` };
  }
  const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
  const how = code === null ? 'was ended by a signal' : `ended with exit code ${code}`;
  return {
    code: 'TEST_FAILED',
    cause: `the test ${shown} ${how}${said === '' ? '' : `: ${shorten(said, 160)}`}`,
    hint: 'nothing was published; see the log above',
  };
}

function digestIn(pattern: RegExp, { stdout, stderr }: CommandResult): string {
  const match = pattern.exec(stdout) ?? pattern.exec(stderr);
  const digest = match?.[1] ?? match?.[2];
  if (digest === undefined)
    throw new Error(`docker pushed, but named no digest: ${shorten(stdout.slice(-300))}`);
  return digest;
}

function toUserError({ code, cause, hint }: Cause): UserError {
  return new UserError(code, hint === '' ? cause : `${cause}; ${hint}`);
}
