import { cleanPath } from './clean-path.ts';
import { trimSpace } from './trim-space.ts';

/** The reader's line buffer in moby's `ignorefile`: a line that fills it is an error, not a long line. */
const lineLimit = 64 * 1024;

/** Well-formed UTF-8 (Unicode, table 3-7), over a string of one character a byte; anything else is one bad byte. */
const utf8 =
  /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([^])/g;

/** An ignore file has a line that Docker cannot read. */
export class IgnoreLineTooLong extends Error {
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number) {
    super(
      `line ${line} of the ignore file has ${lineLimit} bytes or more; Docker refuses it too, shorten the line`,
    );
    this.name = 'IgnoreLineTooLong';
    this.line = line;
  }
}

/**
 * The patterns of a `.dockerignore`, cleaned, in their order, by the rules of moby's `ignorefile.ReadAll`.
 *
 * A byte order mark is dropped; lines that start with `#` (in the first column) and empty ones are skipped; white
 * space around the pattern and after its `!` goes; one leading slash goes. Bytes that are no UTF-8 become U+FFFD one by
 * one, as they do on BuildKit's way from the file to the matcher: so hand over bytes where they are to be had.
 *
 * @throws IgnoreLineTooLong where Docker fails as well
 */
export function readIgnoreFile(text: string | Uint8Array): string[] {
  const bytes = (typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text)).toString('latin1');
  const patterns: string[] = [];
  bytes.split('\n').forEach((line, index) => {
    if (line.length >= lineLimit) throw new IgnoreLineTooLong(index + 1);
    const pattern = readLine(decodeUtf8(line.endsWith('\r') ? line.slice(0, -1) : line), index === 0);
    if (pattern !== undefined) patterns.push(pattern);
  });
  return patterns;
}

function readLine(line: string, first: boolean): string | undefined {
  const text = first && line.startsWith('\ufeff') ? line.slice(1) : line;
  if (text.startsWith('#')) return undefined;
  const pattern = trimSpace(text);
  if (pattern === '') return undefined;
  return pattern.startsWith('!') ? `!${readPath(trimSpace(pattern.slice(1)))}` : readPath(pattern);
}

function readPath(path: string): string {
  if (path === '') return path;
  const cleaned = cleanPath(path);
  return cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
}

function decodeUtf8(bytes: string): string {
  const repaired = bytes.replace(utf8, (valid, bad: string | undefined) =>
    bad === undefined ? valid : '\xef\xbf\xbd',
  );
  return Buffer.from(repaired, 'latin1').toString('utf8');
}
