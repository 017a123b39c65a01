/**
 * Characters that take two columns: East Asian Wide and Fullwidth (Unicode's EastAsianWidth.txt, by blocks) and what
 * is shown as a picture without being asked to.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** What a terminal draws over the character before, or not at all. */
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11ff]+$/u;
/** Asks for the picture of what is text by default. */
const PICTURE = '\ufe0f';

let segmenter: Intl.Segmenter | undefined;

/** What a reader takes for one letter each. The segmenter is slow to make, and most texts need none. */
function lettersOf(text: string): Iterable<{ segment: string }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Columns that a text without escape sequences takes on a terminal. */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const { segment } of lettersOf(text)) width += widthOf(segment);
  return width;
}

/** At most `width` columns of a text, never half a character; the cut is shown. */
export function cutToWidth(text: string, width: number): string {
  if (text.length <= width && isPlain(text)) return text;
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  let cut = '';
  let taken = 0;
  for (const { segment } of lettersOf(text)) {
    taken += widthOf(segment);
    if (taken > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Exactly `width` columns: cut, or filled up with spaces. */
export function fitToWidth(text: string, width: number): string {
  const cut = cutToWidth(text, width);
  return cut + ' '.repeat(Math.max(0, width - displayWidth(cut)));
}

function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function widthOf(letter: string): number {
  if (INVISIBLE.test(letter)) return 0;
  return WIDE.test(letter) || letter.includes(PICTURE) ? 2 : 1;
}
