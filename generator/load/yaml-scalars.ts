import {
  CORE_SCHEMA,
  EVENT_ID,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_PLAIN,
  SCALAR_STYLE_SINGLE_QUOTED,
  constructFromEvents,
  getScalarValue,
} from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';

/** A number of YAML's core schema (YAML 1.2.2, section 10.3.2). */
const NUMBER =
  /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;
/** A plain key that the core schema may take for something else than text. */
const MAYBE_NOT_TEXT = /^(?:$|[-+.]?[0-9]|[-+]?\.|~|n|t|f)/i;

/** The text that the constructed mapping has for a key: `1.0` and `0x1` are both "1" there. */
export function readKey(source: string, event: ScalarEvent): string {
  const text = getScalarValue(source, event);
  if (event.tagStart < 0 && (event.style !== SCALAR_STYLE_PLAIN || !MAYBE_NOT_TEXT.test(text))) return text;
  const alone: Event[] = [
    { type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] },
    { ...event, anchorStart: -1, anchorEnd: -1 },
    { type: EVENT_ID.POP },
  ];
  return String(constructFromEvents(alone, { source, schema: CORE_SCHEMA })[0]);
}

/**
 * Offset of a scalar: of its quote where it has one, of a block's first character.
 * @param around for a scalar that is written as nothing: its key's offset, and where the text before it ends
 */
export function scalarStart(
  source: string,
  event: ScalarEvent,
  around: { key: number | undefined; last: number },
): number {
  const { style, valueStart, anchorStart, tagStart } = event;
  if (style === SCALAR_STYLE_SINGLE_QUOTED || style === SCALAR_STYLE_DOUBLE_QUOTED) return valueStart - 1;
  if (valueStart >= 0) return style === SCALAR_STYLE_PLAIN ? valueStart : skipBlank(source, valueStart);
  if (tagStart >= 0 && tagStart > anchorStart) return tagStart;
  if (anchorStart >= 0) return anchorStart - 1;
  return around.key ?? skipToDash(source, around.last);
}

/** True for a number that would be written differently if it were written again, such as 1.10 or 0x1f. */
export function isRespelled(text: string): boolean {
  return NUMBER.test(text) && String(Number(text)) !== text;
}

/** Offset of the first character that is no blank; the offset itself where there is none. */
export function skipBlank(source: string, offset: number): number {
  let at = offset;
  while (source[at] === ' ' || source[at] === '\n' || source[at] === '\r') at++;
  return at < source.length ? at : offset;
}

/** Offset of the dash of a list's next item; `offset` is where the item before it ends, but for its brackets. */
function skipToDash(source: string, offset: number): number {
  const found = /(?:[\s\]}"']|#[^\r\n]*)*-/y;
  found.lastIndex = offset;
  return found.test(source) ? found.lastIndex - 1 : offset;
}
