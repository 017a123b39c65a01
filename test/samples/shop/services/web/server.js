import { createReadStream } from 'node:fs';
import { createServer, request as ask } from 'node:http';

const files = { '/': 'index.html', '/openapi.json': 'openapi.json' };

createServer((request, response) => {
  if (request.url === '/health') return response.end('ok\n');
  if (request.url.startsWith('/api/')) {
    const { method, headers, url: path } = request;
    const onward = ask({ host: 'api', port: 8080, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    return request.pipe(onward);
  }
  const file = Object.hasOwn(files, request.url) ? files[request.url] : undefined;
  if (!file) return response.writeHead(404).end();
  createReadStream(new URL(`public/${file}`, import.meta.url)).pipe(response);
}).listen(process.env.PORT ?? 8080);
