/** A manifest as a registry has it under a tag or digest. */
export interface FoundManifest {
  /** `sha256:…` of the manifest's bytes, computed here, not taken from a header. */
  digest: string;
  mediaType: string;
  /** The manifest's bytes; of an index or of one image. */
  body: Uint8Array;
}

/** Where a repository lies: `127.0.0.1:5000`, `docker.io`, … and `shop/api`. */
export interface RepositoryAddress {
  domain: string;
  path: string;
}

/**
 * The registry API v2 (github.com/distribution/distribution, docs/spec/api.md). Retries what is safe to repeat,
 * with jitter; gives up with UserError REGISTRY_UNREACHABLE, REGISTRY_DENIED or REGISTRY_ANSWER: an answer that is
 * not understood is never "absent".
 */
export interface Registry {
  /** @returns undefined where the registry says that there is none (404) */
  findManifest: (address: RepositoryAddress, tagOrDigest: string) => Promise<FoundManifest | undefined>;
  /** @returns undefined where there is no such blob */
  readBlob: (address: RepositoryAddress, digest: string) => Promise<Uint8Array | undefined>;
  /** Uploads blobs that are missing, then the manifest under the tag. @returns the manifest's digest */
  putManifest: (
    address: RepositoryAddress,
    tag: string,
    manifest: { mediaType: string; body: Uint8Array; blobs: readonly Uint8Array[] },
  ) => Promise<string>;
  /** All tags, pages followed; empty where the repository does not exist. */
  listTags: (address: RepositoryAddress) => Promise<string[]>;
  /** Removes a manifest by digest; false where it was not there. */
  deleteManifest: (address: RepositoryAddress, digest: string) => Promise<boolean>;
}
