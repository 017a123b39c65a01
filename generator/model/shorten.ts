/** At most `length` characters of a text, for messages that quote what somebody wrote; the cut is shown. */
export function shorten(text: string, length = 120): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
