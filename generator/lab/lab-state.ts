import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../model/user-error.ts';
import type { OwnProcess } from './own-process.ts';

/** What of the lab was started; each part is written down as soon as it runs. */
export interface LabState {
  version: 1;
  /** The repository that it belongs to. */
  root: string;
  registry?: { address: string; server: OwnProcess };
  aws?: { endpoint: string; account: string; server: OwnProcess };
  /** Stands before `aws` and boots a machine for each instance; none where `gaps` says why. */
  front?: { endpoint: string; server: OwnProcess };
  /** Without a server where an engine was there already. */
  engine?: { host: string; server?: OwnProcess };
  /** Whether the engine at hand is a manager of a Swarm. */
  isSwarm?: boolean;
  /** What stands in the way of machines; empty where there are some. */
  gaps?: string[];
  /** Whether the kernel balances load by itself. */
  hasIpvs?: boolean;
}

/**
 * The lab's folder: one for each repository and user, outside the repository, so that it makes no tree dirty. Its path
 * is short, for the engine's sockets lie in it (unix(7): 108 bytes).
 */
export function labFolder(root: string): string {
  const digits = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12);
  return join(tmpdir(), `millrace-lab-${ownId()}-${digits}`);
}

/** Not by way of the user's name: a container's user need not have one. */
const ownId = (): number => process.geteuid?.() ?? -1;

/** @throws UserError where somebody else has made the folder */
export function makeLabFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  if (uid !== ownId() || (mode & 0o077) !== 0) {
    throw new UserError('FOREIGN_LAB', `${folder} belongs to somebody else or is open to others; remove it`);
  }
}

/** @returns undefined where there is no lab */
export function readLabState(folder: string): LabState | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, STATE), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const state = JSON.parse(text) as LabState;
    if (state.version === 1) return state;
  } catch {
    // Falls through: neither is ours.
  }
  throw new UserError(
    'BAD_LAB',
    `${join(folder, STATE)} is not a lab's state; end its processes and remove ${folder}`,
  );
}

export function writeLabState(folder: string, state: LabState): void {
  const path = join(folder, STATE);
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

const STATE = 'lab.json';
