/** Whether one character passes; `undefined` where the text is at its end. */
type Test = (char: string | undefined) => boolean;

interface Chunk {
  /** A star stands before it. */
  readonly star: boolean;
  readonly text: readonly string[];
}

/**
 * Says whether Docker's syntax check lets a pattern pass: `filepath.Match(pattern, ".")` of Go gives no error.
 *
 * The check is laxer than the syntax: Go reads a pattern in chunks between stars and stops at the first one that the
 * name does not fit, so that `a*[` passes here (and fails, or not, only when it comes to a match).
 */
export function checkGlob(pattern: string): boolean {
  const chunks = splitAtStars([...pattern]);
  let name = '.';
  for (const chunk of chunks) {
    if (chunk.star && chunk.text.length === 0) return true;
    const tests = readChunk(chunk.text);
    if (tests === undefined) return false;
    const rest = fitChunk(tests, name, chunk.star);
    if (rest === undefined) return true;
    name = rest;
  }
  return true;
}

function splitAtStars(pattern: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  let at = 0;
  while (at < pattern.length) {
    let start = at;
    while (pattern[start] === '*') start++;
    const end = findChunkEnd(pattern, start);
    chunks.push({ star: start > at, text: pattern.slice(start, end) });
    at = end;
  }
  return chunks;
}

function findChunkEnd(pattern: readonly string[], start: number): number {
  let inClass = false;
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '[') inClass = true;
    else if (pattern[at] === ']') inClass = false;
    else if (pattern[at] === '*' && !inClass) return at;
  }
  return pattern.length;
}

/** What remains of the name behind the chunk, or undefined where it does not fit. */
function fitChunk(tests: readonly Test[], name: string, star: boolean): string | undefined {
  const longestSkip = star ? name.length : 0;
  for (let skip = 0; skip <= longestSkip; skip++) {
    const end = skip + tests.length;
    const fits = tests.every((test, index) => test(name[skip + index]));
    if (fits) return name.slice(end);
  }
  return undefined;
}

function readChunk(chunk: readonly string[]): Test[] | undefined {
  const tests: Test[] = [];
  let at = 0;
  while (at < chunk.length) {
    const read = chunk[at] === '[' ? readClass(chunk, at + 1) : readSingle(chunk, at);
    if (read === undefined) return undefined;
    tests.push(read.test);
    at = read.next;
  }
  return tests;
}

interface Read {
  readonly test: Test;
  readonly next: number;
}

function readSingle(chunk: readonly string[], at: number): Read | undefined {
  if (chunk[at] === '?') return { test: (char) => char !== undefined && char !== '/', next: at + 1 };
  const place = chunk[at] === '\\' ? at + 1 : at;
  const wanted = chunk[place];
  if (wanted === undefined) return undefined;
  return { test: (char) => char === wanted, next: place + 1 };
}

function readClass(chunk: readonly string[], start: number): Read | undefined {
  const negated = chunk[start] === '^';
  const ranges: [number, number][] = [];
  let at = negated ? start + 1 : start;
  while (chunk[at] !== ']' || ranges.length === 0) {
    const low = readMember(chunk, at);
    if (low === undefined) return undefined;
    const high = chunk[low.next] === '-' ? readMember(chunk, low.next + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.code, high.code]);
    at = high.next;
  }
  const holds = (code: number) => ranges.some(([low, high]) => low <= code && code <= high);
  return { test: (char) => char !== undefined && holds(char.codePointAt(0)!) !== negated, next: at + 1 };
}

/** A member of a class. */
function readMember(chunk: readonly string[], at: number): { code: number; next: number } | undefined {
  if (chunk[at] === '-' || chunk[at] === ']') return undefined;
  const place = chunk[at] === '\\' ? at + 1 : at;
  const char = chunk[place];
  if (char === undefined) return undefined;
  return { code: char.codePointAt(0)!, next: place + 1 };
}
