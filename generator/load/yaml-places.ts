import { COLLECTION_STYLE_BLOCK, EVENT_ID, SCALAR_STYLE_PLAIN, getScalarValue } from 'js-yaml';
import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import type { PathStep } from './yaml-path.ts';
import { MAX_DEPTH, MAX_EXPANDED_VALUES } from './yaml-place.ts';
import type { Anchored, Open, Place, PlacedProblem } from './yaml-place.ts';
import { isRespelled, readKey, scalarStart, skipBlank } from './yaml-scalars.ts';

/** Thrown, and caught in this file, where going on would not end or would help nobody. */
class Unusable extends Error {}

/**
 * Walks the parser's flat events once: the place of each value, and what is wrong by place: keys given twice
 * (reported, the first one's place is kept), numbers that are written in another way than they are read, and
 * what makes the document unusable, after which nothing more is looked at.
 */
export function placeValues(
  source: string,
  events: readonly Event[],
): { root: Place; problems: PlacedProblem[]; unusable: boolean } {
  const walk = new Walk(source);
  try {
    for (const event of events) walk.take(event);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { root: walk.root, problems: walk.problems, unusable: true };
  }
  return { root: walk.root, problems: walk.problems, unusable: false };
}

class Walk {
  readonly root: Place = { start: 0 };
  readonly problems: PlacedProblem[] = [];
  private readonly source: string;
  private readonly stack: Open[] = [];
  private anchors = new Map<string, Anchored>();
  /** Where the event before ended, for values that are written as nothing at all. */
  private last = 0;

  constructor(source: string) {
    this.source = source;
  }

  take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.anchors = new Map();
        this.stack.push({ kind: 'document', place: this.root, next: 0, size: 0, depth: 0 });
        return;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        return this.open(event);
      case EVENT_ID.SCALAR:
        return this.takeScalar(event);
      case EVENT_ID.ALIAS:
        return this.takeAlias(event);
      case EVENT_ID.POP:
        return this.close();
    }
  }

  private get parent(): Open {
    return this.stack[this.stack.length - 1]!;
  }

  private get expectsKey(): boolean {
    return this.parent.kind === 'mapping' && this.parent.key === undefined;
  }

  /** @param step the key or index below what is open, where the problem is about one */
  private report(
    kind: PlacedProblem['kind'],
    offset: number,
    step?: PathStep,
    more: Partial<PlacedProblem> = {},
  ): void {
    const steps = [...this.stack.map((open) => open.step), step];
    this.problems.push({ kind, offset, path: steps.filter((one) => one !== undefined), ...more });
  }

  private open(event: MappingEvent | SequenceEvent): void {
    const block = event.style === COLLECTION_STYLE_BLOCK;
    const start = block ? skipBlank(this.source, event.start) : event.start;
    if (this.expectsKey) this.refuse('collection key', start);
    const place: Place = { start };
    const step = this.add(place);
    const anchor = this.anchorOf(event);
    if (anchor !== undefined) this.anchors.set(anchor, { place });
    this.stack.push({
      kind: event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence',
      place,
      ...(step === undefined ? {} : { step }),
      next: 0,
      size: 1,
      depth: 1,
      ...(anchor === undefined ? {} : { anchor }),
    });
    this.last = Math.max(this.last, start);
  }

  private takeScalar(event: ScalarEvent): void {
    const start = this.startOf(event);
    if (this.expectsKey) {
      this.parent.key = { text: readKey(this.source, event), start };
    } else {
      const place: Place = { start };
      const step = this.add(place);
      this.grow({ size: 1, depth: 1 });
      if (event.style === SCALAR_STYLE_PLAIN && event.valueStart >= 0) {
        place.written = getScalarValue(this.source, event);
        if (event.tagStart < 0 && isRespelled(place.written))
          this.report('number', place.start, step, { written: place.written });
      }
      const anchor = this.anchorOf(event);
      if (anchor !== undefined) this.anchors.set(anchor, { place, extent: { size: 1, depth: 1 } });
    }
    this.last = Math.max(this.last, start + 1, event.valueEnd, event.anchorEnd, event.tagEnd);
  }

  private takeAlias(event: AliasEvent): void {
    const name = this.source.slice(event.anchorStart, event.anchorEnd);
    const start = Math.max(0, event.anchorStart - 1);
    const target = this.anchors.get(name);
    if (this.expectsKey) {
      this.parent.key = { text: target?.place.written ?? name, start };
    } else {
      const step = this.add({
        start,
        ...(target?.place.children ? { children: target.place.children } : {}),
      });
      if (target && !target.extent) this.report('loop', start, step);
      this.grow(target?.extent ?? { size: 1, depth: 1 });
    }
    this.last = event.anchorEnd;
  }

  private close(): void {
    const closed = this.stack.pop()!;
    const { size, depth, anchor } = closed;
    const anchored = anchor === undefined ? undefined : this.anchors.get(anchor);
    if (anchored?.place === closed.place) anchored.extent = { size, depth };
    if (this.stack.length > 0) this.grow({ size, depth: depth + 1 });
  }

  private grow({ size, depth }: { size: number; depth: number }): void {
    const { parent } = this;
    parent.size += size;
    parent.depth = Math.max(parent.depth, depth);
    if (parent.size > MAX_EXPANDED_VALUES) this.refuse('too large', parent.place.start);
    if (parent.depth > MAX_DEPTH) this.refuse('too deep', parent.place.start);
  }

  private refuse(kind: PlacedProblem['kind'], offset: number): never {
    this.report(kind, offset);
    throw new Unusable();
  }

  /** Puts a value under its parent. @returns its key or index; undefined for the document's own value */
  private add(place: Place): PathStep | undefined {
    const { parent } = this;
    if (parent.kind === 'document') {
      this.root.start = place.start;
      place.children = this.root.children ??= new Map<PathStep, Place>();
      return undefined;
    }
    const children = (parent.place.children ??= new Map<PathStep, Place>());
    if (parent.kind === 'sequence') {
      children.set(parent.next, place);
      return parent.next++;
    }
    const key = parent.key!;
    delete parent.key;
    place.keyStart = key.start;
    const earlier = children.get(key.text);
    if (earlier) {
      this.report('duplicate', key.start, key.text, { earlier: earlier.keyStart ?? earlier.start });
    } else children.set(key.text, place);
    if (key.text === '__proto__') this.report('prototype', key.start, key.text);
    return key.text;
  }

  /** A value that is written as nothing at all stands where its key does, or the dash before it. */
  private startOf(event: ScalarEvent): number {
    const nothing = this.parent.kind === 'mapping' ? this.parent.key?.start : undefined;
    return scalarStart(this.source, event, { key: nothing, last: this.last });
  }

  private anchorOf(event: { anchorStart: number; anchorEnd: number }): string | undefined {
    return event.anchorStart >= 0 ? this.source.slice(event.anchorStart, event.anchorEnd) : undefined;
  }
}
