import { digitsOfPi } from './pi.ts';

/** What a key was mixed into: 18 subkeys, and four substitution boxes of 256 words one after the other. */
export interface Blowfish {
  subkeys: Uint32Array;
  boxes: Uint32Array;
}

const SUBKEYS = 18;
const BOXES = 1_024;
let start: Uint32Array | undefined;

/** The cipher before it has a key: the digits of π (B. Schneier, "Description of a New Variable-Length Key, 64-bit Block Cipher"). */
export function createBlowfish(): Blowfish {
  start ??= digitsOfPi(SUBKEYS + BOXES);
  return { subkeys: start.slice(0, SUBKEYS), boxes: start.slice(SUBKEYS) };
}

/** Encrypts the block of two words at `at`, in place. */
export function encryptBlock({ subkeys, boxes }: Blowfish, words: Uint32Array, at: number): void {
  let [left, right] = [words[at]! ^ subkeys[0]!, words[at + 1]!];
  for (let round = 1; round <= 16; round++) {
    const sum =
      (boxes[left >>> 24]! + boxes[256 + ((left >>> 16) & 0xff)]!) ^ boxes[512 + ((left >>> 8) & 0xff)]!;
    const mixed = (sum + boxes[768 + (left & 0xff)]!) ^ right ^ subkeys[round]!;
    [left, right] = [mixed, left];
  }
  words[at] = right ^ subkeys[17]!;
  words[at + 1] = left;
}

/** Mixes a key in, and a salt of four words into what each block is made of. */
export function expandKey(cipher: Blowfish, key: Uint32Array, salt: Uint32Array): void {
  const { subkeys, boxes } = cipher;
  for (let index = 0; index < SUBKEYS; index++) subkeys[index]! ^= key[index]!;
  const block = new Uint32Array(2);
  let step = 0;
  for (const table of [subkeys, boxes]) {
    for (let index = 0; index < table.length; index += 2) {
      block[0]! ^= salt[step % 4]!;
      block[1]! ^= salt[(step + 1) % 4]!;
      step += 2;
      encryptBlock(cipher, block, 0);
      table.set(block, index);
    }
  }
}
