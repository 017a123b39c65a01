import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const articles = JSON.parse(readFileSync(new URL('articles.json', import.meta.url), 'utf8'));

createServer((request, response) => {
  const id = Number(/^\/articles\/(\d+)$/.exec(request.url)?.[1]);
  const found = request.url === '/health' || request.url === '/articles' ? articles : articles.find((a) => a.id === id);
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(found ?? { error: 'no such article' }));
}).listen(process.env.PORT ?? 8080);
