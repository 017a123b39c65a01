import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComponentId } from '../model/component.ts';

/** Where a run keeps what it needs for its time, and what it says for later. */
export interface RunFolders {
  /** A new, empty folder of the component's own. */
  makeTaskFolder: (id: ComponentId) => string;
  removeTaskFolder: (id: ComponentId) => void;
  logPath: (id: ComponentId) => string;
  openLog: (id: ComponentId) => WriteStream;
  /** Takes the run's temporary folder away. */
  remove: () => void;
}

const PREFIX = 'millrace-';
const KEPT_LOGS = 20;

/**
 * Also takes away what dead runs of this machine left.
 * @param stamp of this run; it stands in the temporary folder's name
 * @param isLeftBehind whether the run that such a name bears is dead
 * @param logs folder of all runs' logs; the newest are kept
 */
export function openRunFolders(settings: {
  stamp: string;
  isLeftBehind: (name: string) => boolean;
  logs: string;
  /** Milliseconds since 1970. */
  now: number;
}): RunFolders {
  const { stamp, isLeftBehind, now } = settings;
  for (const name of list(tmpdir())) {
    if (name.startsWith(PREFIX) && isLeftBehind(name)) removeQuietly(join(tmpdir(), name));
  }
  const root = mkdtempSync(join(tmpdir(), `${PREFIX}${stamp}-run-`));
  const logs = join(settings.logs, `${new Date(now).toISOString().replaceAll(':', '-')}-${process.pid}`);
  for (const name of list(settings.logs).sort().slice(0, -KEPT_LOGS))
    removeQuietly(join(settings.logs, name));
  const taskFolder = (id: ComponentId): string => join(root, fileName(id));
  const logPath = (id: ComponentId): string => join(logs, `${fileName(id)}.log`);
  return {
    makeTaskFolder: (id) => {
      mkdirSync(taskFolder(id));
      return taskFolder(id);
    },
    removeTaskFolder: (id) => removeQuietly(taskFolder(id)),
    logPath,
    openLog: (id) => {
      mkdirSync(logs, { recursive: true });
      return createWriteStream(logPath(id), { mode: 0o600 });
    },
    remove: () => removeQuietly(root),
  };
}

function fileName(id: ComponentId): string {
  return id.replace(':', '-');
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What cannot be removed now (somebody else's, or in use) is the next run's to remove. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Left for the next run.
  }
}
