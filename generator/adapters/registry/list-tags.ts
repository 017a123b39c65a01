import * as z from 'zod';
import type { RepositoryAddress } from '../../ports/registry.ts';
import { badAnswer } from './registry-failure.ts';
import type { SendToRegistry } from './registry-client.ts';

/** A registry without a tag says null. */
const Tags = z.object({ tags: z.array(z.string()).nullable().optional() });
const PAGE = 1_000;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const MAX_PAGES = 10_000;

/** @returns all tags, sorted, none twice */
export async function listTags(send: SendToRegistry, address: RepositoryAddress): Promise<string[]> {
  const { domain, path } = address;
  const tags = new Set<string>();
  const seen = new Set<string>();
  let place: string | URL | undefined = `tags/list?n=${PAGE}`;
  while (place !== undefined) {
    const answer = await send({
      method: 'GET',
      address,
      place,
      access: 'pull',
      expected: [200, 404],
      maxBytes: MAX_PAGE_BYTES,
    });
    // Only of the first page is it "there is no such repository".
    if (answer.status === 404 && seen.size === 0) return [];
    const parsed = Tags.safeParse(parseJson(answer.body));
    if (!parsed.success)
      throw badAnswer(domain, `answered no list of the tags of ${path}`, 'is it a registry?');
    for (const tag of parsed.data.tags ?? []) tags.add(tag);
    const next = nextPage(answer.headers.get('link'), answer.url);
    if (next && (seen.has(next.href) || seen.size >= MAX_PAGES || next.origin !== answer.url.origin)) {
      throw badAnswer(domain, `the list of the tags of ${path} does not end`, 'look at its log');
    }
    seen.add(next?.href ?? '');
    place = next;
  }
  return [...tags].sort();
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
