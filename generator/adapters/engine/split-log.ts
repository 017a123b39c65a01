import { splitFrames } from './split-frames.ts';

/** The lines of an engine's log: frames of both streams where the container has no terminal, plain text where it has one. */
export function splitLog(body: Buffer): string[] {
  const frames = splitFrames(body);
  return (frames ? Buffer.concat(frames.map(({ bytes }) => bytes)) : body)
    .toString('utf8')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');
}
