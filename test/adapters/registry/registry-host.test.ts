import { expect, test } from '@jest/globals';
import { registryOrigin } from '../../../generator/adapters/registry/registry-host.ts';

test.each([
  ['docker.io', 'https://registry-1.docker.io'],
  ['ghcr.io', 'https://ghcr.io'],
  ['registry.example.com:5000', 'https://registry.example.com:5000'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['127.9.8.7', 'http://127.9.8.7'],
  ['localhost:5000', 'http://localhost:5000'],
  ['[::1]:5000', 'http://[::1]:5000'],
  ['[::2]:5000', 'https://[::2]:5000'],
  ['127.0.0.1.example.com', 'https://127.0.0.1.example.com'],
  ['localhost.example.com:80', 'https://localhost.example.com:80'],
  ['10.0.0.1:5000', 'https://10.0.0.1:5000'],
])('%s answers at %s', (domain, origin) => {
  expect(registryOrigin(domain)).toBe(origin);
});
