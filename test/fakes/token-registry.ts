import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A stand-in for a registry with a token service (Bearer), in memory: manifests and blobs are whatever is put or
 * given; nothing of them is checked.
 */
export interface TokenRegistry {
  address: string;
  /** `METHOD path` of each request, those to the token service included. */
  requests: string[];
  /** The Authorization headers that came with them. */
  authorizations: (string | undefined)[];
  /** Every token from before is refused from now on. */
  expireTokens: () => void;
  stop: () => Promise<void>;
}

export interface TokenRegistryOptions {
  /** Who may push, and pull where `anonymous` is off. */
  users?: Readonly<Record<string, string>>;
  /** Identity tokens (OAuth2 refresh tokens) that are good. */
  identityTokens?: readonly string[];
  /** Whether nobody in particular may pull; true by default. */
  anonymous?: boolean;
  /** Seconds; left out of the answer where undefined. */
  expiresIn?: number;
  /** `repository:tag` -> manifest. */
  manifests?: Readonly<Record<string, { mediaType: string; body: string }>>;
  /** Where the challenge says that the token service is; this server itself by default. */
  realm?: string;
  /** The scope that the challenge asks for; what the request needs by default. */
  challengeScope?: string;
}

export async function startTokenRegistry(options: TokenRegistryOptions = {}): Promise<TokenRegistry> {
  const stored = new Map<string, { mediaType: string; body: Buffer }>();
  for (const [name, { mediaType, body }] of Object.entries(options.manifests ?? {})) {
    const [repository, tag] = name.split(':') as [string, string];
    const kept = { mediaType, body: Buffer.from(body) };
    stored.set(`/v2/${repository}/manifests/${tag}`, kept);
    stored.set(`/v2/${repository}/manifests/${digestOf(kept.body)}`, kept);
  }
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const granted = new Map<string, string>();
  let issued = 0;

  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
      requests.push(`${request.method} ${url.pathname}${url.search}`);
      authorizations.push(request.headers.authorization);
      const body = await readAll(request);
      if (url.pathname === '/token') return giveToken(request, response, url, body.toString());
      const access = request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'pull,push';
      const repository = /^\/v2\/(.+)\/(manifests|blobs|tags)\//.exec(url.pathname)?.[1] ?? '';
      const scope = `repository:${repository}:${access}`;
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (!(granted.get(token)?.split(' ') ?? []).some((held) => covers(held, scope))) {
        const realm = options.realm ?? `http://${request.headers.host}/token`;
        const asked = options.challengeScope ?? scope;
        response.setHeader('WWW-Authenticate', `Bearer realm="${realm}",service="stand-in",scope="${asked}"`);
        return fail(response, 401, 'UNAUTHORIZED');
      }
      serve(request, response, url, body);
    })();
  });

  function giveToken(request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    const parameters = request.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const [name = '', password] = Buffer.from(basic ?? '', 'base64')
      .toString()
      .split(':');
    const refresh = parameters.get('refresh_token') ?? '';
    const isUser = basic !== undefined && options.users?.[name] === password;
    const isKnown = isUser || options.identityTokens?.includes(refresh) === true;
    if (!isKnown && (basic !== undefined || refresh !== '')) return fail(response, 401, 'UNAUTHORIZED');
    const scope = parameters.get('scope') ?? '';
    const mayPull = isKnown || options.anonymous !== false;
    const token = `token-${++issued}`;
    // A token service gives what it can, without an error for the rest.
    granted.set(token, !mayPull ? '' : isKnown ? scope : scope.replace(/:pull,push$/, ':pull'));
    const seconds = options.expiresIn === undefined ? {} : { expires_in: options.expiresIn };
    const field = request.method === 'POST' ? 'access_token' : 'token';
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ [field]: token, ...seconds }));
  }

  function serve(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const path = url.pathname;
    if (request.method === 'POST') return void response.writeHead(202, { Location: `${path}one` }).end();
    if (request.method === 'PUT') {
      const digest = url.searchParams.get('digest');
      const place = digest === null ? path : path.replace(/uploads\/one$/, digest);
      const kept = { mediaType: request.headers['content-type'] ?? '', body };
      stored.set(place, kept);
      return void response.writeHead(201, { 'Docker-Content-Digest': digestOf(body) }).end();
    }
    const found = stored.get(path);
    if (!found) return fail(response, 404, 'MANIFEST_UNKNOWN');
    const headers = { 'Content-Type': found.mediaType, 'Docker-Content-Digest': digestOf(found.body) };
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : found.body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    authorizations,
    expireTokens: () => granted.clear(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function covers(held: string, needed: string): boolean {
  return held === needed || (needed.endsWith(':pull') && held === `${needed},push`);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message: 'says the stand-in' }] }));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
