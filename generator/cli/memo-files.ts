import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Older ones are removed: the commits that people go back and forth between are few. */
const MAX_KEPT = 50;

/**
 * Texts by key, in files of one folder. A file is the SHA-256 of key and text, a newline, and the text: one that is cut,
 * changed or of another key is none. Nothing here fails: what cannot be read is absent, what cannot be written is not.
 */
export interface MemoFiles {
  read: (key: string) => string | undefined;
  write: (key: string, text: string) => void;
}

/** @param folder absolute; made with the first file */
export function openMemoFiles(folder: string): MemoFiles {
  const pathOf = (key: string): string => join(folder, `${key}.json`);
  return {
    read: (key) =>
      ignoreFailure(() => {
        const content = readFileSync(pathOf(key), 'utf8');
        const end = content.indexOf('\n');
        const text = content.slice(end + 1);
        return content.slice(0, Math.max(0, end)) === digestOf(key, text) ? text : undefined;
      }),
    write: (key, text) => {
      const temporary = join(folder, `.${key}-${randomBytes(6).toString('hex')}`);
      ignoreFailure(() => {
        mkdirSync(folder, { recursive: true });
        // By way of another name: a run beside this one sees the whole file or none.
        writeFileSync(temporary, `${digestOf(key, text)}\n${text}`, { flag: 'wx' });
        renameSync(temporary, pathOf(key));
        removeOldest(folder);
      });
      ignoreFailure(() => rmSync(temporary, { force: true }));
    },
  };
}

function digestOf(key: string, text: string): string {
  return createHash('sha256').update(`${key}\n${text}`).digest('hex');
}

/** What killed runs left counts as well, and goes in its turn. */
function removeOldest(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= MAX_KEPT) return;
  const aged = names
    .map((name) => join(folder, name))
    .map((path) => ({ path, time: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of aged.slice(MAX_KEPT)) rmSync(path, { force: true });
}

function ignoreFailure<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
