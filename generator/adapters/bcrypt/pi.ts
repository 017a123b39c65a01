/** Bits that are computed beyond those that are asked for: each step of the sums cuts off less than one of the last. */
const GUARD = 64n;

/**
 * The first binary digits of π after its point, by Machin's formula: π/4 = 4 arctan 1/5 - arctan 1/239.
 * @returns them as words of 32 bits
 */
export function digitsOfPi(words: number): Uint32Array {
  const bits = BigInt(words) * 32n;
  const one = 1n << (bits + GUARD);
  const pi = (4n * arctanOfInverse(5n, one) - arctanOfInverse(239n, one)) * 4n;
  const fraction = (pi - 3n * one) >> GUARD;
  return Uint32Array.from({ length: words }, (_, word) =>
    Number((fraction >> (bits - 32n * BigInt(word + 1))) & 0xffffffffn),
  );
}

/** x - x³/3 + x⁵/5 - …, where x is 1/n and `one` stands for 1. */
function arctanOfInverse(n: bigint, one: bigint): bigint {
  let [sum, power] = [0n, one / n];
  for (let odd = 1n; power > 0n; odd += 2n) {
    sum += odd % 4n === 1n ? power / odd : -(power / odd);
    power /= n * n;
  }
  return sum;
}
