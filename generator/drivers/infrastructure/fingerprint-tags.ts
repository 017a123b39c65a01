import { createHash } from 'node:crypto';
import type { Tags } from '../../ports/cloud-resources.ts';
import { PARTS, digestFingerprint } from './fingerprint.ts';
import type { Fingerprint, Part, Subject } from './fingerprint.ts';
import { TAG } from './tags.ts';

/**
 * How a fingerprint is kept in tags. `millrace:fingerprint` is `<form>:<SHA-256 of all>` and decides. Beside it each part
 * has, in as many tags as it takes (`millrace:fingerprint-nodes`, `…-nodes-2`, …), `<id>=<digests>` for each of its
 * things: four characters a fact, so that what differs can be named. Where that would not fit, the rest is left out: it
 * is then still seen that something differs, though not what.
 */
const FORM = 1;
/** Characters of a tag's value, and tags a part: EC2 has 256, and 50 a resource. */
const LONGEST_VALUE = 256;
const MOST_TAGS = 8;
/** Characters of a fact's digest; base64url. */
const SHORT = 4;
/** Facts an entry: an id of 21 characters and these stay below a value's length. */
const FACTS_AN_ENTRY = 50;
const CUT = '…';

/** What was recorded of one part: digests of the facts by thing. */
export interface RecordedPart {
  subjects: ReadonlyMap<string, readonly string[]>;
  /** Not everything is in it. */
  cut: boolean;
}

export interface RecordedFingerprint {
  digest: string;
  parts: Readonly<Record<Part, RecordedPart>>;
}

export function digestFact(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, SHORT);
}

export function writeFingerprint(fingerprint: Fingerprint): Record<string, string> {
  const tags: Record<string, string> = { [TAG.fingerprint]: `${FORM}:${digestFingerprint(fingerprint)}` };
  for (const part of Object.keys(PARTS) as Part[]) {
    const values = fillValues(fingerprint[part].flatMap(writeSubject));
    for (const [index, value] of values.entries()) tags[nameTag(part, index)] = value;
  }
  return tags;
}

function writeSubject({ id, facts, members }: Subject): string[] {
  const digests = [...facts, ...members].map(digestFact);
  const entries: string[] = [];
  for (let at = 0; at === 0 || at < digests.length; at += FACTS_AN_ENTRY)
    entries.push(`${id}=${digests.slice(at, at + FACTS_AN_ENTRY).join('')}`);
  return entries;
}

function fillValues(entries: readonly string[]): string[] {
  const values: string[] = [];
  for (const entry of entries) {
    const last = values.at(-1);
    if (last !== undefined && last.length + 1 + entry.length <= LONGEST_VALUE)
      values[values.length - 1] = `${last} ${entry}`;
    else values.push(entry);
  }
  if (values.length <= MOST_TAGS) return values;
  return [...values.slice(0, MOST_TAGS - 1), CUT];
}

/** @returns undefined where none was recorded, or one of another form */
export function readFingerprint(tags: Tags): RecordedFingerprint | undefined {
  const [form, digest] = (tags[TAG.fingerprint] ?? '').split(':');
  if (form !== String(FORM) || digest === undefined) return undefined;
  const parts = Object.keys(PARTS).map((part) => [part, readPart(tags, part as Part)]);
  return { digest, parts: Object.fromEntries(parts) as RecordedFingerprint['parts'] };
}

function readPart(tags: Tags, part: Part): RecordedPart {
  const subjects = new Map<string, string[]>();
  let cut = false;
  for (let index = 0; index < MOST_TAGS; index++) {
    for (const entry of (tags[nameTag(part, index)] ?? '').split(' ')) {
      if (entry === CUT) cut = true;
      const [id, digests] = entry.split('=');
      if (!id || digests === undefined) continue;
      subjects.set(id, [...(subjects.get(id) ?? []), ...(digests.match(/.{4}/g) ?? [])]);
    }
  }
  return { subjects, cut };
}

/** Tags of a fingerprint that the network has and another fingerprint does not. */
export function staleTags(tags: Tags, wanted: Tags): string[] {
  const own = new RegExp(`^${TAG.fingerprint}(?:-|$)`);
  return Object.keys(tags).filter((key) => own.test(key) && wanted[key] === undefined);
}

function nameTag(part: Part, index: number): string {
  return `${TAG.fingerprint}-${part}${index === 0 ? '' : `-${index + 1}`}`;
}
