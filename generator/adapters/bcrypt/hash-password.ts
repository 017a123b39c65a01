import { createBlowfish, encryptBlock, expandKey } from './blowfish.ts';

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const TEXT = 'OrpheanBeholderScryDoubt';
/** Longer passwords have ends that count for nothing. */
const MAX_BYTES = 71;
const NO_SALT = new Uint32Array(4);

/**
 * bcrypt (N. Provos and D. Mazières, "A Future-Adaptable Password Scheme"), the one form of password that a registry's
 * htpasswd file may have. Node has none of it, and only making is needed here, never checking.
 * @param salt 16 random bytes
 * @param cost 4 to 31, the logarithm of the number of rounds
 * @returns `$2y$…`, 60 characters
 */
export function hashPassword(password: string, salt: Uint8Array, cost: number): string {
  const bytes = Buffer.from(password, 'utf8');
  if (bytes.length > MAX_BYTES || bytes.includes(0)) throw new Error('not a password for bcrypt');
  if (salt.length !== 16 || cost < 4 || cost > 31) throw new Error('not a salt or cost for bcrypt');
  const key = repeatWords(Buffer.concat([bytes, Buffer.of(0)]), 18);
  const [once, often] = [repeatWords(salt, 4), repeatWords(salt, 18)];
  const cipher = createBlowfish();
  expandKey(cipher, key, once);
  for (let round = 0; round < 2 ** cost; round++) {
    expandKey(cipher, key, NO_SALT);
    expandKey(cipher, often, NO_SALT);
  }
  const words = repeatWords(Buffer.from(TEXT), 6);
  for (let round = 0; round < 64; round++) for (const block of [0, 2, 4]) encryptBlock(cipher, words, block);
  const result = Buffer.alloc(24);
  words.forEach((word, index) => result.writeUInt32BE(word, index * 4));
  // The last byte is left out, as the first implementation did.
  return `$2y$${String(cost).padStart(2, '0')}$${encode(salt)}${encode(result.subarray(0, 23))}`;
}

/** Words of 32 bits, the bytes over and over. */
function repeatWords(bytes: Uint8Array, count: number): Uint32Array {
  const byte = (index: number): number => bytes[index % bytes.length]!;
  return Uint32Array.from({ length: count }, (_, word) =>
    [0, 1, 2, 3].reduce((value, index) => (value << 8) | byte(word * 4 + index), 0),
  );
}

/** Base 64 with an alphabet of its own, without padding. */
function encode(bytes: Uint8Array): string {
  const plain = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const text = Buffer.from(bytes).toString('base64').replace(/=+$/, '');
  return text.replace(/./g, (character) => ALPHABET[plain.indexOf(character)]!);
}
