import { createHash } from 'node:crypto';
import type { FoundManifest, Registry, RepositoryAddress } from '../../generator/ports/registry.ts';

/** A stand-in for registries, in memory, behind the port; `domain/path` parts the repositories. */
export interface MemoryRegistry extends Registry {
  /** Puts an image of one platform under a tag. @returns its digest */
  addImage: (repository: string, tag: string, config: Readonly<Record<string, unknown>>) => string;
  /** Puts an index of images that are there. @returns its digest */
  addIndex: (repository: string, tag: string, manifests: readonly IndexEntry[]) => string;
  /** From now on every question about this repository fails so. */
  breakWith: (repository: string, error: Error) => void;
  /** `domain/path tagOrDigest` of each manifest that was asked for. */
  asked: string[];
}

export interface IndexEntry {
  digest: string;
  platform?: { os: string; architecture: string; variant?: string };
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

export function createMemoryRegistry(): MemoryRegistry {
  const stored = new Map<string, FoundManifest>();
  const blobs = new Map<string, Uint8Array>();
  const broken = new Map<string, Error>();
  const asked: string[] = [];
  const nameOf = ({ domain, path }: RepositoryAddress): string => `${domain}/${path}`;
  const check = (address: RepositoryAddress): void => {
    const error = broken.get(nameOf(address));
    if (error) throw error;
  };
  const store = (repository: string, tag: string, mediaType: string, body: Uint8Array): string => {
    const found = { digest: digestOf(body), mediaType, body };
    for (const name of [tag, found.digest]) stored.set(`${repository} ${name}`, found);
    return found.digest;
  };
  const storeJson = (repository: string, tag: string, mediaType: string, fields: object): string =>
    store(repository, tag, mediaType, encode({ schemaVersion: 2, mediaType, ...fields }));
  return {
    asked,
    breakWith: (repository, error) => void broken.set(repository, error),
    addImage: (repository, tag, config) => {
      const blob = encode(config);
      blobs.set(`${repository} ${digestOf(blob)}`, blob);
      return storeJson(repository, tag, MANIFEST, { config: { digest: digestOf(blob) }, layers: [] });
    },
    addIndex: (repository, tag, manifests) => storeJson(repository, tag, INDEX, { manifests }),
    findManifest: async (address, tagOrDigest) => {
      asked.push(`${nameOf(address)} ${tagOrDigest}`);
      check(address);
      return stored.get(`${nameOf(address)} ${tagOrDigest}`);
    },
    readBlob: async (address, digest) => {
      check(address);
      return blobs.get(`${nameOf(address)} ${digest}`);
    },
    putManifest: async (address, tag, manifest) => {
      check(address);
      for (const blob of manifest.blobs) blobs.set(`${nameOf(address)} ${digestOf(blob)}`, blob);
      return store(nameOf(address), tag, manifest.mediaType, manifest.body);
    },
    listTags: async (address) => {
      check(address);
      const start = `${nameOf(address)} `;
      const names = [...stored.keys()].filter((key) => key.startsWith(start) && !key.includes('sha256:'));
      return names.map((key) => key.slice(start.length)).sort();
    },
    deleteManifest: async (address, digest) => {
      check(address);
      const start = `${nameOf(address)} `;
      const gone = [...stored].filter(([key, found]) => key.startsWith(start) && found.digest === digest);
      for (const [key] of gone) stored.delete(key);
      return gone.length > 0;
    },
  };
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
