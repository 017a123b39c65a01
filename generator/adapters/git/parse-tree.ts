import type { GitMode, TreeEntry } from '../../model/commit-files.ts';
import { UserError } from '../../model/user-error.ts';

/** The entries of one tree object by name, in git's order. @param oidLength hexadecimal digits of an id: 40 or 64 */
export function parseTree(content: Uint8Array, oidLength: number): Map<string, TreeEntry> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const entries = new Map<string, TreeEntry>();
  const idBytes = oidLength / 2;
  for (let offset = 0; offset < bytes.length;) {
    const space = bytes.indexOf(32, offset);
    const nul = bytes.indexOf(0, space);
    const name = decodeName(bytes.subarray(space + 1, nul));
    const oid = bytes.toString('hex', nul + 1, nul + 1 + idBytes);
    entries.set(name, { mode: normaliseMode(bytes.toString('latin1', offset, space)), oid, path: name });
    offset = nul + 1 + idBytes;
  }
  return entries;
}

/** Old commits hold modes such as 100664, which git itself takes for 100644. */
function normaliseMode(mode: string): GitMode {
  switch (mode.slice(0, -4)) {
    case '4':
    case '04':
      return '040000';
    case '12':
      return '120000';
    case '16':
      return '160000';
    default:
      return (parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
  }
}

function decodeName(bytes: Buffer): string {
  const name = bytes.toString('utf8');
  if (name.includes('\ufffd')) refuseBadName(bytes, name);
  return name;
}

/**
 * Two names that are no UTF-8 could look alike once they are text.
 * @throws UserError PATH_NOT_UTF8
 */
export function refuseBadName(bytes: Buffer, text: string): void {
  if (Buffer.from(text, 'utf8').equals(bytes)) return;
  const name = text.split('\0').find((part) => part.includes('\ufffd')) ?? '';
  const hint = '`git -c core.quotePath=true ls-files` shows where';
  throw new UserError(
    'PATH_NOT_UTF8',
    `the name of a committed file is not UTF-8: ${JSON.stringify(name)}; rename it, or move it out of what is built (${hint})`,
  );
}
