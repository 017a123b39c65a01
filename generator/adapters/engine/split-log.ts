/** Type of the stream, three zeros, length (docs.docker.com/reference/api/engine, ContainerAttach). */
const HEADER = 8;

/**
 * The lines of an engine's log: frames of both streams where the container has no terminal, plain text where it has one.
 * An incomplete frame at the end is taken as far as it goes.
 */
export function splitLog(body: Buffer): string[] {
  return splitFrames(body)
    .toString('utf8')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');
}

function splitFrames(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const isHeader =
      body.length - at >= HEADER && body[at]! <= 2 && body.readUInt32BE(at) % 0x01_00_00_00 === 0;
    if (!isHeader) return at === 0 ? body : Buffer.concat(pieces);
    const end = at + HEADER + body.readUInt32BE(at + 4);
    pieces.push(body.subarray(at + HEADER, end));
    at = end;
  }
  return Buffer.concat(pieces);
}
