/** Names of the tags that an infrastructure is known by; the network bears what is true of the whole. */
export const TAG = {
  project: 'millrace:project',
  component: 'millrace:component',
  /** Of what was deployed whole; written last. */
  hash: 'millrace:hash',
  /** While a deploy is under way: the hash that it is of. */
  pending: 'millrace:pending',
  /** `node` or `data`. */
  role: 'millrace:role',
  /** The commit that was deployed. */
  revision: 'millrace:revision',
  /** When that was; ISO 8601. */
  deployed: 'millrace:deployed',
  /** Of what a bake of a machine image makes, and not a deploy. */
  run: 'millrace:run',
  /** What ran right after the deploy; `fingerprint-tags.ts`. */
  fingerprint: 'millrace:fingerprint',
} as const;
