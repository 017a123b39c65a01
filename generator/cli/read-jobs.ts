import { availableParallelism } from 'node:os';
import { UserError } from '../model/user-error.ts';

const MOST = 64;
/** A build waits for the engine and the network more than it computes here. */
const LEAST_BY_ITSELF = 4;

/** `--jobs`: how many components are worked on at once. @throws UserError USAGE */
export function readJobs(option: unknown): number {
  if (option === undefined) return Math.max(LEAST_BY_ITSELF, availableParallelism());
  const text = typeof option === 'string' ? option : '';
  const number = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MOST) return number;
  throw new UserError('USAGE', `--jobs: expected a number from 1 to ${MOST}, found ${JSON.stringify(text)}`);
}
