import type { PathStep } from './yaml-path.ts';

/** Where a value stands, as offsets into the text. */
export interface Place {
  start: number;
  keyStart?: number;
  /** The text of a plain scalar, as it is written. */
  written?: string;
  children?: Map<PathStep, Place>;
}

/** What the places tell of mistakes; the path is that of the value or key. */
export interface PlacedProblem {
  kind: 'duplicate' | 'collection key' | 'prototype' | 'loop' | 'too large' | 'too deep' | 'number';
  offset: number;
  path: PathStep[];
  /** For `duplicate`: where the same key stands before. */
  earlier?: number;
  /** For `number`: how it is written. */
  written?: string;
}

/** What one file may hold once its aliases are followed. */
export const MAX_EXPANDED_VALUES = 250_000;
export const MAX_DEPTH = 64;

/** A collection of which the end is not yet seen. */
export interface Open {
  kind: 'document' | 'sequence' | 'mapping';
  place: Place;
  step?: PathStep;
  key?: { text: string; start: number };
  next: number;
  /** Values below, aliases followed, itself included; and how many levels. */
  size: number;
  depth: number;
  anchor?: string;
}

/** What an alias stands for. */
export interface Anchored {
  place: Place;
  /** Undefined while the collection is not closed: an alias to it would make it hold itself. */
  extent?: { size: number; depth: number };
}
