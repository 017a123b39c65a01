/** How a client says who it is. Never part of a message. */
export type Credentials =
  | { kind: 'password'; username: string; password: string }
  /** A refresh token, of `docker login` to a registry that gives one (`identitytoken`). */
  | { kind: 'identity'; token: string };

/**
 * Looks up who to be at a registry; asked only where it wants to know.
 * @param domain as in a reference, e.g. `docker.io`, `127.0.0.1:5000`
 * @returns undefined: nobody
 * @throws UserError REGISTRY_DENIED where they cannot be read
 */
export type FindCredentials = (domain: string) => Promise<Credentials | undefined>;

/** The value of an Authorization header with a name and a password (RFC 7617). */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
