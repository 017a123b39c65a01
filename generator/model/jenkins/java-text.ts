/** The longest piece of a user's text that a message repeats, in UTF-16 units. */
const LONGEST_ECHO = 400;

/**
 * Removes what `java.lang.String.trim` removes: every unit up to and including U+0020 at both ends.
 * JavaScript's own `trim` also takes U+00A0, U+2028 and others, which Jenkins keeps. A loop and not a
 * pattern, because `[\0- ]+$` is quadratic on long runs of blanks.
 */
export function trimLikeJava(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

/** Writes an integer as Java's `MessageFormat` does in English: `1000` is `1,000`. */
export function formatJavaInteger(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Makes a message that repeats a very long input short enough to be read. */
export function shortenMessage(message: string): string {
  return message.length <= LONGEST_ECHO ? message : `${message.slice(0, LONGEST_ECHO)}…`;
}
