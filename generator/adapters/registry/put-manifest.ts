import type { Registry, RepositoryAddress } from '../../ports/registry.ts';
import { isRacedPush } from './error-body.ts';
import { badAnswer } from './registry-failure.ts';
import { digestOf } from './read-manifest.ts';
import type { SendToRegistry } from './registry-client.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
/** An upload whose end was lost is begun anew this often. */
const MAX_UPLOADS = 3;

/** Blobs first: a registry refuses a manifest whose blobs it does not have, so that nothing half-made is seen. */
export async function putManifest(
  send: SendToRegistry,
  address: RepositoryAddress,
  tag: string,
  manifest: Parameters<Registry['putManifest']>[2],
): Promise<string> {
  for (const blob of manifest.blobs) await putBlob(send, address, blob);
  const digest = digestOf(manifest.body, 'sha256');
  const answer = await send({
    method: 'PUT',
    address,
    place: `manifests/${tag}`,
    headers: { 'Content-Type': manifest.mediaType },
    body: manifest.body,
    access: 'pull,push',
    expected: [200, 201],
    isPassing: isRacedPush,
    maxBytes: MAX_ANSWER_BYTES,
  });
  const stored = answer.headers.get('docker-content-digest');
  if (stored === null || stored === digest) return digest;
  throw badAnswer(
    address.domain,
    `stored ${address.path}:${tag} as ${stored}, not as ${digest}`,
    'look at its log',
  );
}

/** A monolithic upload: a place is asked for, and the whole blob put there. */
async function putBlob(send: SendToRegistry, address: RepositoryAddress, blob: Uint8Array): Promise<void> {
  const { domain, path } = address;
  const common = { address, access: 'pull,push', maxBytes: MAX_ANSWER_BYTES } as const;
  const digest = digestOf(blob, 'sha256');
  for (let upload = 1; upload <= MAX_UPLOADS; upload++) {
    const known = await send({ ...common, method: 'HEAD', place: `blobs/${digest}`, expected: [200, 404] });
    if (known.status === 200) return;
    const begun = await send({ ...common, method: 'POST', place: 'blobs/uploads/', expected: [202] });
    const location = begun.headers.get('location') ?? '';
    if (location === '' || !URL.canParse(location, begun.url.href)) {
      throw badAnswer(domain, `took an upload to ${path}, but names no place for it`, 'is it a registry?');
    }
    const place = new URL(location, begun.url);
    place.searchParams.set('digest', digest);
    const put = await send({
      ...common,
      method: 'PUT',
      place,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: blob,
      // 404: the upload is over, by a try whose answer was lost.
      expected: [201, 404],
      isPassing: isRacedPush,
    });
    if (put.status === 201) return;
  }
  throw badAnswer(domain, `forgot ${MAX_UPLOADS} uploads to ${path}`, 'look at its log');
}
