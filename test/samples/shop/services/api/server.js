import { createServer } from 'node:http';
import { routeOf } from './routes.js';

createServer(async (request, response) => {
  if (request.url === '/health') return response.end('ok\n');
  const target = routeOf(request.url);
  if (!target) return response.writeHead(404).end();
  try {
    const body = ['GET', 'HEAD'].includes(request.method) ? undefined : request;
    const answer = await fetch(target, { method: request.method, body, duplex: 'half' });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  } catch {
    response.writeHead(502).end();
  }
}).listen(process.env.PORT ?? 8080);
