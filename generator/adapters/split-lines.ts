import { StringDecoder } from 'node:string_decoder';

/** A line that never ends is handed on in pieces of this many characters. */
const MAX_LINE = 64 * 1024;

/** Cuts a stream of UTF-8 bytes into lines, wherever its chunks happen to end. A carriage return before the end goes. */
export function splitLines(onLine: (line: string) => void): {
  add: (chunk: Uint8Array) => void;
  end: () => void;
} {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(line.replace(/\r$/, ''));
    while (rest.length > MAX_LINE) {
      onLine(rest.slice(0, MAX_LINE));
      rest = rest.slice(MAX_LINE);
    }
  };
  return {
    add: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end: () => {
      take(decoder.end());
      if (rest !== '') onLine(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}
