import { UserError } from '../model/user-error.ts';

/** All of standard input. @param limit in bytes @throws UserError NO_INPUT, LONG_INPUT */
export async function readInput(limit: number): Promise<Buffer> {
  if (process.stdin.isTTY)
    throw new UserError(
      'NO_INPUT',
      'the value is read from standard input, so that it is in no history and no list of processes; give a file: < FILE',
    );
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > limit)
      throw new UserError('LONG_INPUT', `expected at most ${limit} bytes on standard input, found more`);
  }
  return Buffer.concat(chunks);
}
