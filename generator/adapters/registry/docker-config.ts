import * as z from 'zod';
import type { Credentials } from './credentials.ts';

const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

/** What is read of Docker's config.json (docker/cli, cli/config/configfile). */
export const DockerConfig = z.object({
  auths: z.record(z.string(), Entry).optional(),
  /** Registry -> name of the helper program, without `docker-credential-`. */
  credHelpers: z.record(z.string(), z.string()).optional(),
  /** The helper for all others. */
  credsStore: z.string().optional(),
});
export type DockerConfig = z.infer<typeof DockerConfig>;

/** The name under which Docker keeps what is for Docker Hub. */
const HUB_KEY = 'https://index.docker.io/v1/';

/** What a registry is called towards a helper, and in `auths`. */
export function serverName(domain: string): string {
  return domain === 'docker.io' ? HUB_KEY : domain;
}

/** @returns the helper for a registry, or undefined where the file itself is all there is */
export function findHelper(config: DockerConfig, domain: string): string | undefined {
  return (
    (config.credHelpers?.[serverName(domain)] ?? config.credHelpers?.[domain] ?? config.credsStore) ||
    undefined
  );
}

/**
 * What the file itself holds for a registry.
 * @returns undefined where it has none, `unreadable` where its entry is none of a name and a password
 */
export function readEntry(config: DockerConfig, domain: string): Credentials | 'unreadable' | undefined {
  const entries = Object.entries(config.auths ?? {});
  const name = serverName(domain);
  const entry =
    entries.find(([key]) => key === name)?.[1] ?? entries.find(([key]) => hostOf(key) === hostOf(name))?.[1];
  if (!entry) return undefined;
  if (entry.identitytoken) return { kind: 'identity', token: entry.identitytoken };
  if (entry.auth) {
    // Docker ends some passwords with NULs.
    const text = Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '');
    const colon = text.indexOf(':');
    if (colon < 1) return 'unreadable';
    return { kind: 'password', username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  if (!entry.username) return undefined;
  return { kind: 'password', username: entry.username, password: entry.password ?? '' };
}

/** Keys are written as hosts, or as addresses with a scheme and a path. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
