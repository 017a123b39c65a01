import { escapeMisleading } from './groovy-literal.ts';

/** What most texts are made of: printable ASCII without the quote and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A JSON string of exactly this value, in one line; what a reader could not see or would misread is written `\uXXXX`. */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : escapeMisleading(JSON.stringify(text));
}
