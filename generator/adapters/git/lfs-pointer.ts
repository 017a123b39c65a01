/** What a pointer of Git LFS says: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export interface LfsPointer {
  /** 64 hexadecimal digits, SHA-256 of the content. */
  oid: string;
  /** Bytes. */
  size: number;
}

const VERSION = 'version https://git-lfs.github.com/spec/v1\n';

/** By the specification a pointer has less than 1024 bytes; a larger file is none, and need not be looked into. */
export function isPointerSize(size: number): boolean {
  return size < 1024;
}

/**
 * A pointer is told by its own form, whatever .gitattributes say by now: `version` first, then keys in their order,
 * one line each.
 * @returns undefined where the content is something else
 */
export function readPointer(content: Uint8Array): LfsPointer | undefined {
  if (!isPointerSize(content.length)) return undefined;
  const text = Buffer.from(content).toString('latin1');
  if (!text.startsWith(VERSION)) return undefined;
  const match = /^(?:ext-[0-9]-[\w.-]+ [^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,15})\n?$/.exec(
    text.slice(VERSION.length),
  );
  return match ? { oid: match[1]!, size: Number(match[2]) } : undefined;
}
