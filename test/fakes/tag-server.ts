import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in for a registry that is only read: each tag that is given has one and the same manifest. */
export interface TagServer {
  address: string;
  /** `repository:tag` of all that is there; tests add and take away. */
  tags: Set<string>;
  /** `METHOD path` of each request. */
  requests: string[];
  /** While set, every answer has this status. */
  failWith?: number;
  stop: () => Promise<void>;
}

const TYPE = 'application/vnd.oci.image.manifest.v1+json';
const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: TYPE, layers: [] });

export async function startTagServer(): Promise<TagServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    stand.requests.push(`${request.method} ${path}`);
    const [, repository, kind, rest] = /^\/v2\/(.+)\/(manifests|tags)\/([^?]*)/.exec(path) ?? [];
    const send = (status: number, type: string, text: string): void => {
      response.writeHead(stand.failWith ?? status, { 'content-type': type });
      response.end(text);
    };
    const missing = (code: string): void =>
      send(404, 'application/json', JSON.stringify({ errors: [{ code }] }));
    if (kind === 'manifests' && stand.tags.has(`${repository}:${rest}`)) send(200, TYPE, MANIFEST);
    else if (kind === 'tags') {
      const own = [...stand.tags].filter((tag) => tag.startsWith(`${repository}:`));
      const tags = own.map((tag) => tag.slice(tag.indexOf(':') + 1));
      if (tags.length > 0) send(200, 'application/json', JSON.stringify({ name: repository, tags }));
      else missing('NAME_UNKNOWN');
    } else missing('MANIFEST_UNKNOWN');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stand: TagServer = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    tags: new Set(),
    requests: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return stand;
}
