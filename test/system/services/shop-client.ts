import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody who uses the shop all the time. */
export interface ShopClient {
  count: () => ShopCount;
  /** Versions in the order in which they were first seen. */
  versions: () => string[];
  /** Waits until a version is served; throws after two minutes. */
  until: (version: string) => Promise<void>;
  /** Says what was counted. */
  stop: () => Promise<ShopCount>;
}

export interface ShopCount {
  /** Requests that were answered. */
  answered: number;
  /** Those that no node answered in time, or that were answered with an error; a line each. */
  failed: string[];
  /** Milliseconds from the first attempt to the whole answer, of the one that took longest. */
  slowest: number;
}

const PAUSE = 50;
/** A machine whose processor is lent out elsewhere may stand still for seconds. */
const TIMEOUT = 30_000;
/** As often as a resolver would look a name up anew. */
const REFRESH = 2_000;

/**
 * Asks for the shop's page, one request after the other. A node that does not take the connection is passed over for
 * the next, as a browser does with a name of several addresses; what was accepted must be answered.
 * @param findAddresses the nodes' addresses, as a name would give them
 * @param path `/` tells the version
 */
export function startShopClient(findAddresses: () => Promise<string[]>, path = '/'): ShopClient {
  let stopped = false;
  let answered = 0;
  let slowest = 0;
  const failed: string[] = [];
  const seen: string[] = [];
  let addresses: string[] = [];
  const refresh = async (): Promise<void> => {
    while (!stopped) {
      addresses = await findAddresses().catch(() => addresses);
      await sleep(REFRESH);
    }
  };
  const request = async (turn: number): Promise<void> => {
    const begun = Date.now();
    const until = begun + TIMEOUT;
    let problem = 'no node is known';
    for (let attempt = turn; Date.now() < until; attempt++) {
      const address = addresses[attempt % Math.max(addresses.length, 1)];
      if (address !== undefined) {
        try {
          const answer = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(TIMEOUT) });
          const text = await answer.text();
          const version = /version (\S+)/.exec(text)?.[1];
          if (answer.status === 200 && (path !== '/' || version !== undefined)) {
            answered++;
            slowest = Math.max(slowest, Date.now() - begun);
            if (version !== undefined && !seen.includes(version)) seen.push(version);
          } else failed.push(`${new Date().toISOString()} ${address}: ${answer.status} ${text.trim()}`);
          return;
        } catch (error) {
          const { code = '' } = ((error as Error).cause ?? {}) as { code?: string };
          problem = `${address}: ${code || String(error)}`;
          if (!CONNECTING.includes(code)) break;
        }
      }
      await sleep(PAUSE);
    }
    failed.push(`${new Date().toISOString()} ${problem}`);
  };
  const ask = async (): Promise<void> => {
    while (addresses.length === 0 && !stopped) await sleep(PAUSE);
    for (let turn = 0; !stopped; turn++) {
      await request(turn);
      await sleep(PAUSE);
    }
  };
  const ended = Promise.all([refresh(), ask()]);
  const count = (): ShopCount => ({ answered, failed: [...failed], slowest });
  return {
    count,
    versions: () => [...seen],
    until: async (version) => {
      for (const end = Date.now() + 120_000; !seen.includes(version); await sleep(PAUSE)) {
        if (Date.now() > end)
          throw new Error(`version ${version} is not served: ${failed.slice(-3).join('; ')}`);
      }
    },
    stop: async () => {
      stopped = true;
      await ended;
      return count();
    },
  };
}

/** The connection was not made: nothing was asked. */
const CONNECTING = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];
