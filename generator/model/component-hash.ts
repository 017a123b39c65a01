import type { ComponentId } from './component.ts';

/** One thing that decides a component's content; `type` and `name` together are unique in a component. */
export interface HashInput {
  /**
   * `schema`, `file` (value `mode oid`), `tree` (value: a tree's id), `arg`, `target`, `platform`, `test`,
   * `external` (value: digest or AMI id), `parent` (value: source hash), `epoch`, `variable`, …
   */
  type: string;
  name: string;
  value: string;
}

/** A component's source hash and all that went into it, sorted by type and name. */
export interface ComponentHash {
  /** 64 hexadecimal digits, SHA-256. */
  hash: string;
  inputs: readonly HashInput[];
}

export type ComponentHashes = ReadonlyMap<ComponentId, ComponentHash>;

/** How an artifact is tagged in a registry. */
export function sourceTag(hash: string): string {
  return `src-${hash}`;
}
