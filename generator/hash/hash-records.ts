import { createHash } from 'node:crypto';
import type { HashInput } from '../model/component-hash.ts';

/** In the order of their bytes (UTF-8), which is every machine's and every locale's. */
export function sortInputs(inputs: readonly HashInput[]): HashInput[] {
  return [...inputs].sort((a, b) => compareBytes(a.type, b.type) || compareBytes(a.name, b.name));
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
  for (const input of inputs) {
    if (before?.type === input.type && before.name === input.name)
      throw new Error(`the input ${input.type} ${JSON.stringify(input.name)} is there twice`);
    hash.update(`${encode(input.type)}${encode(input.name)}${encode(input.value)}`);
    before = input;
  }
  return hash.digest('hex');
}

function encode(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

/** Compares as UTF-8 does; comparing UTF-16 units differs from it only where a surrogate is met. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left === right) continue;
    const [leftHigh, rightHigh] = [isSurrogate(left), isSurrogate(right)];
    return leftHigh === rightHigh ? left - right : leftHigh ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
