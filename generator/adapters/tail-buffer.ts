/** Keeps the last bytes of a stream, so that an endless output needs no endless memory. */
export function keepTail(bytes: number): { add: (chunk: Uint8Array) => void; text: () => string } {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      while (chunks.length > 1 && size - chunks[0]!.length >= bytes) size -= chunks.shift()!.length;
    },
    text() {
      const whole = Buffer.concat(chunks);
      if (whole.length <= bytes) return whole.toString('utf8');
      // Not in the middle of a character: continuation bytes begin with the bits 10.
      let start = whole.length - bytes;
      while (start < whole.length && (whole[start]! & 0xc0) === 0x80) start++;
      return whole.subarray(start).toString('utf8');
    },
  };
}
