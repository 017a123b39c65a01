import type { JenkinsResponse } from './jenkins-transport.ts';

const BLANK = Buffer.from('\r\n\r\n');
const STATUS_LINE = /^HTTP\/[0-9.]+ ([0-9]{3})/;

/**
 * An answer of HTTP/1.1 as `curl --include` prints it: the head, an empty line, the body without its transfer coding.
 * @returns undefined where it is none
 */
export function parseHttpAnswer(bytes: Buffer): JenkinsResponse | undefined {
  for (let at = 0; ;) {
    const end = bytes.indexOf(BLANK, at);
    if (end < 0) return undefined;
    const [first = '', ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n');
    const status = Number(STATUS_LINE.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) return undefined;
    at = end + BLANK.length;
    // The answer proper comes after those that only say to go on.
    if (status < 200) continue;
    const headers = new Map(lines.map(parseHeader));
    return { status, headers, body: bytes.subarray(at) };
  }
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
