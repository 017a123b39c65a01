import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const sessions = new Map();

function answer(request) {
  if (request.url === '/health') return [200, { sessions: sessions.size }];
  if (request.method === 'POST' && request.url === '/sessions') {
    const id = randomUUID();
    sessions.set(id, { since: new Date().toISOString() });
    return [201, { id }];
  }
  const session = sessions.get(request.url.replace('/sessions/', ''));
  return session ? [200, session] : [404, { error: 'no such session' }];
}

createServer((request, response) => {
  const [status, body] = answer(request);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}).listen(process.env.PORT ?? 8080);
