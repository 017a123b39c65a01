import type { z } from 'zod';
import { MAX_TEXT, Text } from '../../model/project/text.ts';

export interface Refusal {
  message: string;
  hint: string | undefined;
}

/** What most texts are made of: nothing that Text could refuse, and found far quicker than by a schema. */
const PLAIN = /^[\n\t -~]*$/;

/** @returns what the schema of texts has against one */
export function judgeText(text: string): Refusal | undefined {
  return PLAIN.test(text) && text.length <= MAX_TEXT ? undefined : judgeBy(Text, text);
}

/** @returns what a schema has against a text */
export function judgeBy(schema: z.ZodType, text: string): Refusal | undefined {
  const parsed = schema.safeParse(text);
  if (parsed.success) return undefined;
  const { message, params } = parsed.error.issues[0] as { message: string; params?: { hint?: string } };
  return { message, hint: params?.hint };
}
