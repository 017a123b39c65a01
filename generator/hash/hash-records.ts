import { createHash } from 'node:crypto';
import type { HashInput } from '../model/component-hash.ts';

/** By type, then by name, each in the order of its bytes (UTF-8): every machine's and every locale's. */
export function sortInputs(inputs: readonly HashInput[]): HashInput[] {
  const compare = inputs.some(({ name }) => isUnlikeBytes(name)) ? compareBytes : compareUnits;
  return [...inputs].sort((a, b) => compareUnits(a.type, b.type) || compare(a.name, b.name));
}

/**
 * The hash of a component's inputs. Each field is written as its length in bytes, a colon and its bytes, so that no
 * two lists of inputs give the same text: joined with a separator, `['a', 'b']` and `['a||b']` would.
 *
 * @param inputs sorted; no type and name twice
 * @returns 64 hexadecimal digits, SHA-256
 * @throws Error where an input is there twice: a hash must not depend on which one is read
 */
export function hashRecords(inputs: readonly HashInput[]): string {
  const hash = createHash('sha256');
  let before: HashInput | undefined;
  let pending = '';
  for (const input of inputs) {
    if (before?.name === input.name && before.type === input.type)
      throw new Error(`the input ${input.type} ${JSON.stringify(input.name)} is there twice`);
    pending += encode(input.type) + encode(input.name) + encode(input.value);
    if (pending.length > 16_384) {
      hash.update(pending);
      pending = '';
    }
    before = input;
  }
  return hash.update(pending).digest('hex');
}

function encode(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

/** UTF-16 sorts what is written with surrogates before U+E000 and its like, UTF-8 after them. */
function isUnlikeBytes(text: string): boolean {
  return /[\ud800-\uffff]/.test(text);
}

function compareUnits(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
