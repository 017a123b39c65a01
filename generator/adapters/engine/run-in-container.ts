import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../model/user-error.ts';
import { createEngineCaller } from './call-engine.ts';
import { readBody } from './read-body.ts';
import { splitFrames } from './split-frames.ts';

export interface ContainerOutput {
  /** Its exit code. */
  code: number;
  stdout: Buffer;
  stderr: string;
}

/**
 * @param argv seen in the container's list of processes: no secrets
 * @param silence how long nothing may come of it, in milliseconds
 * @throws UserError NO_CONTAINER where it does not run there (any more), ENGINE_UNREACHABLE, ENGINE_REFUSED
 */
export type RunInContainer = (
  container: string,
  argv: readonly string[],
  silence: number,
) => Promise<ContainerOutput>;

const GONE = 404;
/** It is there and does not run: it has ended or is paused. */
const STOPPED = 409;
/** The engine tells the end of the output a little before that of the program. */
const LOOKS = 100;
const BETWEEN_LOOKS = 50;

/**
 * Programs in containers of one engine, as `docker exec` runs them (docs.docker.com/reference/api/engine, Exec).
 * @param host a value of DOCKER_HOST
 */
export function createContainerRunner(
  host: string,
  env: Readonly<Record<string, string | undefined>> = {},
): RunInContainer {
  const call = createEngineCaller(host, env);
  return async (container, argv, silence) => {
    const path = `/containers/${encodeURIComponent(container)}/exec`;
    const request = { AttachStdout: true, AttachStderr: true, Cmd: argv };
    const made = await call({ method: 'POST', path, body: request });
    if (made.status === GONE || made.status === STOPPED) throw gone(container);
    const { Id } = readBody(path, made) as { Id: string };
    const start = `/exec/${Id}/start`;
    const answer = await call({ method: 'POST', path: start, body: { Detach: false, Tty: false } }, silence);
    if (answer.status === GONE || answer.status === STOPPED) throw gone(container);
    if (answer.status >= 400 || !answer.whole) readBody(start, answer);
    const of = (stream: number): Buffer =>
      Buffer.concat(
        (splitFrames(answer.body) ?? []).filter((one) => one.stream === stream).map(({ bytes }) => bytes),
      );
    const code = await readCode(call, Id);
    if (code === undefined) throw gone(container);
    return { code, stdout: of(1), stderr: of(2).toString('utf8') };
  };
}

/** @returns undefined where nobody knows: the container has gone meanwhile */
async function readCode(
  call: ReturnType<typeof createEngineCaller>,
  id: string,
): Promise<number | undefined> {
  const path = `/exec/${id}/json`;
  for (let look = 0; look < LOOKS; look++) {
    const answer = await call({ method: 'GET', path });
    if (answer.status === GONE) return undefined;
    const { Running, ExitCode } = readBody(path, answer) as { Running: boolean; ExitCode: number | null };
    if (!Running && ExitCode !== null) return ExitCode;
    await wait(BETWEEN_LOOKS);
  }
  return undefined;
}

function gone(container: string): UserError {
  return new UserError('NO_CONTAINER', `the container ${container.slice(0, 12)} does not run any more`);
}
