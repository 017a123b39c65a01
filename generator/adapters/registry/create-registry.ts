import type { Clock } from '../../ports/clock.ts';
import type { Registry, RepositoryAddress } from '../../ports/registry.ts';
import type { RegistryCatalog } from '../../ports/registry-catalog.ts';
import { createHttpFetch } from './http-fetch.ts';
import { createAuthorisation } from './authorisation.ts';
import type { FindCredentials } from './credentials.ts';
import { limitParallel } from './limit-parallel.ts';
import { putManifest } from './put-manifest.ts';
import { MANIFEST_TYPES, MAX_MANIFEST_BYTES, digestOf, readManifest } from './read-manifest.ts';
import { createRegistryClient } from './registry-client.ts';
import { badAnswer } from './registry-failure.ts';
import { RETRY_POLICY } from './retry-policy.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { Fetch } from './send-once.ts';
import { createSender } from './send-with-retries.ts';

export interface RegistryOptions {
  auth: FindCredentials;
  clock: Clock;
  /** Any that keeps connections alive. */
  fetch?: Fetch;
  policy?: Partial<RetryPolicy>;
  /** 0 ≤ number < 1 */
  random?: () => number;
  /** How many operations run at once. */
  parallel?: number;
}

const PARALLEL = 16;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Blobs that are read are configurations; a layer is not for memory. */
const MAX_BLOB_BYTES = 32 * 1024 * 1024;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

/** The registry API over HTTP; Docker's own domain is known, and plain HTTP is for the loopback. */
export function createRegistry(options: RegistryOptions): Registry & RegistryCatalog {
  const { auth, clock, random = Math.random, parallel = PARALLEL } = options;
  const fetch = options.fetch ?? createHttpFetch(parallel);
  const sendHttp = createSender({ fetch, clock, random, policy: { ...RETRY_POLICY, ...options.policy } });
  const send = createRegistryClient(sendHttp, createAuthorisation(auth, sendHttp, clock));
  const limit = limitParallel(parallel);

  const findManifest: Registry['findManifest'] = async (address, tagOrDigest) => {
    const answer = await send({
      method: 'GET',
      address,
      place: `manifests/${checkName(tagOrDigest)}`,
      headers: { Accept: MANIFEST_TYPES.join(', ') },
      access: 'pull',
      expected: [200, 404],
      maxBytes: MAX_MANIFEST_BYTES,
    });
    return answer.status === 404 ? undefined : readManifest(address, tagOrDigest, answer);
  };
  const readBlob: Registry['readBlob'] = async (address, digest) => {
    const answer = await send({
      method: 'GET',
      address,
      place: `blobs/${checkName(digest)}`,
      access: 'pull',
      expected: [200, 404],
      maxBytes: MAX_BLOB_BYTES,
    });
    if (answer.status === 404) return undefined;
    if (digestOf(answer.body, digest.split(':', 1)[0]!) === digest) return answer.body;
    const found = `${address.path}: the blob ${digest} has another content`;
    throw badAnswer(address.domain, found, 'look at its storage');
  };
  const deleteManifest = async (address: RepositoryAddress, digest: string): Promise<boolean> => {
    const answer = await send({
      method: 'DELETE',
      address,
      place: `manifests/${checkName(digest)}`,
      access: 'delete',
      expected: [200, 202, 404],
      maxBytes: MAX_ANSWER_BYTES,
    });
    // A try whose answer was lost may have been the one that removed it.
    return answer.status !== 404 || answer.failedBefore > 0;
  };
  return {
    findManifest: (...args) => limit(() => findManifest(...args)),
    readBlob: (...args) => limit(() => readBlob(...args)),
    putManifest: (address, tag, manifest) =>
      limit(() => putManifest(send, address, checkName(tag), manifest)),
    // Loaded where it is needed: a plan with nothing to do lists no tags.
    listTags: (address) => limit(async () => (await import('./list-tags.ts')).listTags(send, address)),
    deleteManifest: (...args) => limit(() => deleteManifest(...args)),
    listRepositories: (domain) =>
      limit(async () => (await import('./list-tags.ts')).listRepositories(send, domain)),
  };
}

/** What enters an address is a tag or a digest, whoever wrote it. */
function checkName(name: string): string {
  if (TAG.test(name) || DIGEST.test(name)) return name;
  throw new Error(`not a tag or digest: ${JSON.stringify(name)}`);
}
