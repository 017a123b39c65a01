/** Docker Hub's name in references, and the host that serves its API. */
const HUB = 'docker.io';
const HUB_HOST = 'registry-1.docker.io';

/**
 * Where a domain of a reference answers: HTTPS, but plain HTTP on the loopback, as Docker itself does it
 * (moby, registry/config.go).
 * @param domain as in a reference, e.g. `docker.io`, `127.0.0.1:5000`, `[::1]:5000`
 * @returns an origin such as `https://registry-1.docker.io`
 */
export function registryOrigin(domain: string): string {
  const host = domain === HUB ? HUB_HOST : domain;
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`;
}

/** @param host with or without a port */
export function isLoopback(host: string): boolean {
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:[0-9]+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(name);
}
