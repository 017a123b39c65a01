import assert from 'node:assert/strict';
import test from 'node:test';
import { routeOf } from './routes.js';

test('a path goes to the service that owns its prefix', () => {
  assert.equal(routeOf('/api/articles/2'), 'http://catalogue:8080/articles/2');
});

test('what nobody owns goes nowhere', () => {
  assert.equal(routeOf('/api/constructor'), undefined);
  assert.equal(routeOf('/articles'), undefined);
});
