import { createHttpFetch } from './http-fetch.ts';

const MILLISECONDS = 5_000;
const MAX_BYTES = 64 * 1024;

/**
 * Whether a registry answers (distribution, docs/spec/api.md, "API Version Check"); one that asks who is there does.
 * @param door on a loopback, e.g. `127.0.0.1:5000`
 * @param socket that leads there
 */
export async function registryAnswers(door: string, socket: string | undefined): Promise<boolean> {
  const fetch = createHttpFetch(1, socket);
  const options = { method: 'GET', headers: {}, milliseconds: MILLISECONDS, maxBytes: MAX_BYTES };
  try {
    const { status } = await fetch(new URL(`http://${door}/v2/`), options);
    return status === 200 || status === 401;
  } catch {
    return false;
  }
}
