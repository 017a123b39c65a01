/** A question to the oracle, see main.go. */
export type Question =
  | { readonly kind: 'read'; readonly text: Uint8Array }
  | {
      readonly kind: 'match' | 'walk';
      readonly patterns: readonly string[];
      readonly paths: readonly string[];
    };

/** Numbers from 0 up to, but without, 1: the same ones for the same seed (mulberry32). */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
const count = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));
const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);
const words = (text: string): string[] => text.split(' ');

/** Each is hostile in its own way, and small, so that its tokens meet often; names are what paths are made of. */
const alphabets: readonly { readonly tokens: readonly string[]; readonly names: readonly string[] }[] = [
  { tokens: words('a b A . .. / / * ** **/ /** ? !'), names: words('a b A . .. ab aa ba') },
  {
    tokens: words(
      'a b c z / * ** ? [ [ ] ] [^ [a-c] [^a] [] - \\ ^ ! [! \\] \\- [\\]a] [*] [?] [.] [**/a] [!-*] [+--] [z-a]',
    ),
    names: words('a b c z - ^ ] [ \\ !'),
  },
  {
    tokens: words(
      'a b / * ** ? [ab] ^ $ | { } {2} {0} {0,1} {2,} {3,1} {01} {,2} {1001} ( ) + , \\Q \\E \\Q\\E{2} \\_',
    ),
    names: words('a b aa ab ba $ | { } {2} ^ ( ) + [ ] E Q , _'),
  },
  {
    tokens: words('* / \\d \\D \\w \\s \\S \\W \\b \\B \\z \\Z \\A \\C \\q \\é \\n \\t \\a \\v \\f \\r a -'),
    names: [...words('a 0 - é A _'), ' ', '\n', '\t', '\v', '\f', '\r', '\u0007'],
  },
  {
    tokens: [
      ...words(
        '* / a [[:alpha:]] [[:^word:]x] [[:nope:]] [[:space:]] [[:space:] [[:punct:]-z] [\\d-z] [^\\W] [\\pL] [a-\\x7a] [\\] [\\x41-\\x43]',
      ),
      ...words(
        '\\pL \\PN \\p{Greek} \\p{^Lu} \\P{^Nd} \\p{Nope} \\p{Latn} \\p{Thai} \\p \\x41 \\x{62} \\x{110000} \\x4 \\101 \\60 \\7 \\0 ?',
      ),
    ],
    names: [...words('a b A B 0 1 é α ก - . _'), ' ', '\v', '\r'],
  },
  {
    tokens: [...words('a / * ** ? [ ] - \\ ! é ÿ α 日 😀 [α-ω] [^é] 0'), '\ufeff', '\ufffd', '\0', ' ', '\u00a0', '\u0085', '\u2028', '\t', '\r', '\n'], // prettier-ignore
    names: [...words('a é ÿ α β 日 😀 e\u0301 aÿ 0'), '\ufeff', '\ufffd', '\0', ' ', '\u00a0', '\u0085', '\u2028', '\r', '\n'], // prettier-ignore
  },
  {
    tokens: ['\ufeff', '\ufeff**', '**', '*', '/', 'a', 'ÿ'],
    names: ['\ufeff', 'a', 'ÿ', '😿', 'é', '**a', '**', '?'],
  },
  { tokens: words('a b z / / /* /** a|b ^a {1} !a|b/* !z !a/b'), names: words('a b z') },
  {
    tokens: words(
      'node_modules src docs web .git Dockerfile README.md *.md *.log / / / ** **/ /** * !src !docs/ #tmp build? .env*',
    ),
    names: words('node_modules src docs web .git Dockerfile README.md a.md b.log #tmp build1 .env.local x'),
  },
];
type Alphabet = (typeof alphabets)[number];

function makePattern(random: Random, { tokens }: Alphabet): string {
  const body = times(count(random, 1, 6), () => pick(random, tokens)).join('');
  const front = random() < 0.2 ? '!' : random() < 0.1 ? pick(random, words('/ ./ ../ // !/ !! \ufeff')) : '';
  return front + body + (random() < 0.08 ? pick(random, ['/', '//', ' ', '/.', '/..', '\\']) : '');
}

/** A path that a pattern might well fit: its wildcards replaced by names. */
function fill(random: Random, pattern: string, { names }: Alphabet): string {
  const name = () => (random() < 0.2 ? '' : pick(random, names));
  return pattern
    .replace(/^[!\s/]+/, '')
    .replace(/\*\*\/?/g, () => pick(random, ['', `${name()}/`, `${name()}/${name()}/`]))
    .replace(/\[[^\]]*\]|\\?[*?]/g, name)
    .replace(/\\(.)/gsu, (_, char: string) => (random() < 0.5 ? char : name()));
}

function makePath(random: Random, patterns: readonly string[], alphabet: Alphabet): string {
  const name = () => times(count(random, 1, 2), () => pick(random, alphabet.names)).join('');
  if (random() < 0.4) return times(count(random, 1, 4), name).join('/');
  const filled = fill(random, pick(random, patterns), alphabet);
  return random() < 0.5 ? filled : `${filled}/${name()}`;
}

const isClean = (path: string): boolean => path.split('/').every((name) => !['', '.', '..'].includes(name));

function makeFile(random: Random): Uint8Array {
  const alphabet = pick(random, alphabets);
  const blank = () =>
    pick(random, ['', '', '', ' ', '\t', '\v\f', '\u00a0', '\u0085', '\u3000', '\u200b', '\ufeff', '# ']);
  const line = () => blank() + makePattern(random, alphabet).replace(/^!/, () => `!${blank()}`) + blank();
  const end = () => pick(random, ['\n', '\n', '\r\n', '\r\r\n', '\r', '\n\n']);
  const mark = random() < 0.2 ? pick(random, ['\ufeff', '\ufeff\ufeff', '\ufeff#', '#']) : '';
  const text = Buffer.from(
    mark + times(count(random, 0, 5), () => line() + end()).join('') + (random() < 0.5 ? line() : ''),
  );
  if (random() < 0.3)
    for (let n = count(random, 1, 3); n > 0; n--)
      text[count(random, 0, text.length - 1)] = count(random, 0x80, 0xff);
  return text;
}

/** One question, hostile, the same for the same state of `random`. */
export function makeQuestion(random: Random): Question {
  const kind = random();
  if (kind < 0.15) return { kind: 'read', text: makeFile(random) };
  const alphabet = pick(random, alphabets);
  const patterns = times(count(random, 1, 4), () => makePattern(random, alphabet));
  if (kind < 0.6)
    return { kind: 'match', patterns, paths: times(4, () => makePath(random, patterns, alphabet)) };
  const paths = times(8, () => makePath(random, patterns, alphabet)).filter(isClean);
  return { kind: 'walk', patterns, paths: [...new Set(paths)].sort() };
}
