import { createHttpFetch } from './http-fetch.ts';
import type { Fetch } from './send-once.ts';

/**
 * Where a host of an address answers for this run.
 * @param host with its port, as it stands in a reference
 * @returns the path of a unix socket; undefined where the address itself leads there
 */
export type FindSocket = (host: string) => Promise<string | undefined>;

/**
 * Requests of which some go through a tunnel's sockets, while references keep the names that the machines behind it know.
 * @param sockets how many connections to one host at most
 */
export function createRoutedFetch(sockets: number, findSocket: FindSocket): Fetch {
  const ways = new Map<string | undefined, Fetch>();
  return async (url, options) => {
    const socket = await findSocket(url.host);
    const fetch = ways.get(socket) ?? createHttpFetch(sockets, socket);
    ways.set(socket, fetch);
    return fetch(url, options);
  };
}
