/** Type of the stream, three zeros, length (docs.docker.com/reference/api/engine, ContainerAttach). */
const HEADER = 8;

/** A piece of what a container wrote: 1 is its standard output, 2 its standard error. */
export interface Frame {
  stream: number;
  bytes: Buffer;
}

/**
 * The frames of an engine's multiplexed stream. An incomplete one at the end is taken as far as it goes.
 * @returns undefined where it does not begin with one: the container has a terminal, and it is plain text
 */
export function splitFrames(body: Buffer): Frame[] | undefined {
  const frames: Frame[] = [];
  for (let at = 0; at < body.length;) {
    const isHeader =
      body.length - at >= HEADER && body[at]! <= 2 && body.readUInt32BE(at) % 0x01_00_00_00 === 0;
    if (!isHeader) return at === 0 ? undefined : frames;
    const end = at + HEADER + body.readUInt32BE(at + 4);
    frames.push({ stream: body[at]!, bytes: body.subarray(at + HEADER, end) });
    at = end;
  }
  return frames;
}
