import * as z from 'zod';
import type { RepositoryAddress } from '../../ports/registry.ts';
import { listPages } from './list-pages.ts';
import type { SendToRegistry } from './registry-client.ts';
import { registryOrigin } from './registry-host.ts';

/** A registry without a tag says null. */
const Tags = z.object({ tags: z.array(z.string()).nullable().optional() });
const Repositories = z.object({ repositories: z.array(z.string()).nullable().optional() });
const PAGE = 1_000;

/** @returns all tags, sorted, none twice */
export function listTags(send: SendToRegistry, address: RepositoryAddress): Promise<string[]> {
  return listPages(send, {
    address,
    place: `tags/list?n=${PAGE}`,
    what: `the tags of ${address.path}`,
    read: (body) => {
      const { success, data } = Tags.safeParse(body);
      return success ? (data.tags ?? []) : undefined;
    },
  });
}

/** @returns the paths of all repositories, sorted, none twice */
export function listRepositories(send: SendToRegistry, domain: string): Promise<string[]> {
  return listPages(send, {
    address: { domain, path: '_catalog' },
    place: new URL(`${registryOrigin(domain)}/v2/_catalog?n=${PAGE}`),
    what: 'its repositories',
    read: (body) => {
      const { success, data } = Repositories.safeParse(body);
      return success ? (data.repositories ?? []) : undefined;
    },
  });
}
