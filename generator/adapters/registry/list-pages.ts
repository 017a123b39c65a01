import type { RepositoryAddress } from '../../ports/registry.ts';
import { badAnswer } from './registry-failure.ts';
import type { SendToRegistry } from './registry-client.ts';

const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const MAX_PAGES = 10_000;

export interface PagedList {
  address: RepositoryAddress;
  /** Of the first page. */
  place: string | URL;
  /** For messages: `the tags of shop/api`. */
  what: string;
  /** @returns undefined where it is no such list */
  read: (body: unknown) => readonly string[] | undefined;
}

/** @returns all names, sorted, none twice; none where there is no such list */
export async function listPages(send: SendToRegistry, list: PagedList): Promise<string[]> {
  const { address, what } = list;
  const { domain } = address;
  const names = new Set<string>();
  const seen = new Set<string>();
  let place: string | URL | undefined = list.place;
  while (place !== undefined) {
    const answer = await send({
      method: 'GET',
      address,
      place,
      access: 'pull',
      expected: [200, 404],
      maxBytes: MAX_PAGE_BYTES,
    });
    // Only of the first page is it "there is none".
    if (answer.status === 404 && seen.size === 0) return [];
    const found = list.read(parseJson(answer.body));
    if (!found) throw badAnswer(domain, `answered no list of ${what}`, 'is it a registry?');
    for (const name of found) names.add(name);
    const next = nextPage(answer.headers.get('link'), answer.url);
    if (next && (seen.has(next.href) || seen.size >= MAX_PAGES || next.origin !== answer.url.origin)) {
      throw badAnswer(domain, `the list of ${what} does not end`, 'look at its log');
    }
    seen.add(next?.href ?? '');
    place = next;
  }
  return [...names].sort();
}

/** `<…>; rel="next"` (RFC 8288). */
function nextPage(header: string | null, from: URL): URL | undefined {
  const match = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(header ?? '');
  return match && URL.canParse(match[1]!, from.href) ? new URL(match[1]!, from) : undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
