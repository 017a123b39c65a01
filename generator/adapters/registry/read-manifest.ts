import { createHash } from 'node:crypto';
import type { FoundManifest, RepositoryAddress } from '../../ports/registry.ts';
import { badAnswer, quoteOthers } from './registry-failure.ts';
import type { HttpAnswer } from './send-once.ts';

/** Indexes and manifests of one image, OCI's (image-spec) and Docker's (distribution, docs/spec/manifest-v2-2.md). */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/** What registries take at most (distribution, registry/handlers/manifests.go). */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * A manifest of an answer's bytes, after every check that tells a wrong one.
 * @param asked the tag or digest
 * @throws UserError REGISTRY_ANSWER
 */
export function readManifest(address: RepositoryAddress, asked: string, answer: HttpAnswer): FoundManifest {
  const { headers, body } = answer;
  const { domain, path } = address;
  const fail = (found: string, todo = 'is it a registry? look at its log'): never => {
    throw badAnswer(domain, `${path} ${asked}: ${found}`, todo);
  };
  const type = (headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  const manifest = readFields(body);
  if (!manifest) {
    const isOld = /^application\/vnd\.docker\.distribution\.manifest\.v1\b/.test(type);
    if (isOld) fail('has a manifest of schema 1', 'push it again with a current Docker');
    fail(`expected a manifest, found ${body.length} bytes of ${quoteOthers(type) || 'no type'}`);
  }
  const said = manifest?.mediaType;
  const mediaType = isManifestType(type) ? type : (said ?? type);
  if (!isManifestType(mediaType)) fail(`expected an image, found ${quoteOthers(mediaType)}`, 'name an image');
  if (said !== undefined && said !== mediaType)
    fail(`its manifest says ${quoteOthers(said)}, the answer ${mediaType}`);
  const digest = digestOf(body, 'sha256');
  checkDigest(headers.get('docker-content-digest'), body, fail);
  if (asked.includes(':') && digestOf(body, asked.split(':', 1)[0]!) !== asked)
    fail(`its manifest is ${digest}`);
  return { digest, mediaType, body };
}

/** `sha256:…` and the like of bytes; undefined for an algorithm that is not known here. */
export function digestOf(bytes: Uint8Array, algorithm: 'sha256'): string;
export function digestOf(bytes: Uint8Array, algorithm: string): string | undefined;
export function digestOf(bytes: Uint8Array, algorithm: string): string | undefined {
  if (!['sha256', 'sha384', 'sha512'].includes(algorithm)) return undefined;
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** A body that was changed or mixed up on the way is not what the registry has. */
function checkDigest(header: string | null, body: Uint8Array, fail: (found: string) => never): void {
  if (header === null) return;
  const computed = digestOf(body, header.split(':', 1)[0]!);
  if (computed !== header)
    fail(`the answer is named ${quoteOthers(header)}, but is ${digestOf(body, 'sha256')}`);
}

function isManifestType(type: string): boolean {
  return (MANIFEST_TYPES as readonly string[]).includes(type);
}

/** By hand: each image that is there is such an answer, and nothing else of a plan needs a schema. */
function readFields(bytes: Uint8Array): { mediaType: string | undefined } | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const { schemaVersion, mediaType } = value as Record<string, unknown>;
    const isText = mediaType === undefined || typeof mediaType === 'string';
    return schemaVersion === 2 && isText ? { mediaType } : undefined;
  } catch {
    return undefined;
  }
}
