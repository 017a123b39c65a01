/**
 * Order of versions as Jenkins has it (hudson.util.VersionNumber, which follows Maven): numbers by value, qualifiers such
 * as `beta` before the release itself, other words after it.
 * @returns negative where `a` is older, positive where it is newer, 0 where they are the same
 */
export function compareVersions(a: string, b: string): number {
  return compareLists(readVersion(a), readVersion(b));
}

/** A number, a word, or a list that a hyphen begins. */
type Part = bigint | string | Part[];

const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const SHORT: Readonly<Record<string, string>> = {
  a: 'alpha',
  b: 'beta',
  m: 'milestone',
  cr: 'rc',
  ga: '',
  final: '',
};

function readVersion(text: string): Part[] {
  const all: Part[] = [];
  let list = all;
  const pieces = text.toLowerCase().match(/[0-9]+|[^0-9.-]+|[.-]/g) ?? [];
  let before = '.';
  for (const [index, piece] of pieces.entries()) {
    if (piece === '.' || piece === '-') {
      // Two separators in a row, or one at the begin: there is a zero between them.
      if (before === '.' || before === '-') list.push(0n);
      if (piece === '-') list = beginList(list);
    } else {
      const isNumber = /^[0-9]/.test(piece);
      // Where digits and letters meet there is a hyphen that nobody wrote.
      if (index > 0 && before !== '.' && before !== '-') list = beginList(list);
      list.push(isNumber ? BigInt(piece) : readWord(piece, /^[0-9]/.test(pieces[index + 1] ?? '')));
    }
    before = piece;
  }
  return trim(all);
}

function beginList(list: Part[]): Part[] {
  const next: Part[] = [];
  list.push(next);
  return next;
}

/** One letter stands for its word only where a number follows: `1-a1`. */
function readWord(word: string, isNumbered: boolean): string {
  return word.length === 1 && !isNumbered ? word : (SHORT[word] ?? word);
}

/** `1.0.0` is `1`, and `1.0-rc` is `1-rc`. */
function trim(parts: Part[]): Part[] {
  const trimmed = parts.map((part) => (Array.isArray(part) ? trim(part) : part));
  for (let index = trimmed.length - 1; index >= 0; index--) {
    const part = trimmed[index]!;
    if (isNothing(part)) trimmed.splice(index, 1);
    else if (!Array.isArray(part)) break;
  }
  return trimmed;
}

function isNothing(part: Part): boolean {
  return Array.isArray(part) ? part.length === 0 : part === 0n || part === '';
}

function comparePart(a: Part | undefined, b: Part | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -comparePart(b, undefined);
  if (typeof a === 'bigint') {
    if (b === undefined) return a === 0n ? 0 : 1;
    // 1.1 is newer than 1-1, and than 1-x.
    return typeof b === 'bigint' ? sign(a, b) : 1;
  }
  if (typeof a === 'string') {
    if (b === undefined || typeof b === 'string') return compareWords(a, b ?? '');
    return -1;
  }
  if (typeof b === 'bigint') return -1;
  if (typeof b === 'string') return 1;
  return compareLists(a, b ?? []);
}

function compareLists(a: readonly Part[], b: readonly Part[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = comparePart(a[index], b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareWords(a: string, b: string): number {
  const [left, right] = [a, b].map((word) => QUALIFIERS.indexOf(word)) as [number, number];
  if (left >= 0 && right >= 0) return left - right;
  // What nobody knows is newer than every word that is known.
  if (left >= 0) return -1;
  if (right >= 0) return 1;
  return sign(a, b);
}

function sign<Value extends bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
