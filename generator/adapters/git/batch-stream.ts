import { parseHead } from './read-objects.ts';
import type { GitObject } from './read-objects.ts';

/** The output of `git cat-file --batch`, object by object; no more of it in memory than the pipe hands over. */
export class BatchStream {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(output: AsyncIterable<Buffer>) {
    this.source = output[Symbol.asyncIterator]();
  }

  /** The next object's first line; undefined where git says that there is no such object, or has ended. */
  async head(): Promise<{ oid: string; type: GitObject['type']; size: number } | undefined> {
    let end: number;
    while ((end = this.rest.indexOf(10)) < 0) if (!(await this.more())) return undefined;
    const line = this.rest.toString('utf8', 0, end);
    this.rest = this.rest.subarray(end + 1);
    return parseHead(line);
  }

  /** The object's bytes as they come. @throws Error where the output ends before */
  async *pieces(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      if (this.rest.length === 0 && !(await this.more()))
        throw new Error('git cat-file ended amid an object');
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async read(size: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(size)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Takes the newline after an object. */
  async end(): Promise<void> {
    for await (const _ of this.pieces(1));
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) return false;
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
    return true;
  }
}
