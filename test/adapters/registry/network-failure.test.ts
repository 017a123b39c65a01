import { describe, expect, test } from '@jest/globals';
import { judgeNetworkFailure } from '../../../generator/adapters/registry/network-failure.ts';

/** As Node's fetch rejects: a TypeError whose cause has the code. */
function failed(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('why'), { code }) });
}

describe('what is asked again', () => {
  test.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'UND_ERR_SOCKET',
    'UND_ERR_BODY_TIMEOUT',
    'EWHATEVER',
  ])('%s', (code) => {
    expect(judgeNetworkFailure(failed(code), 1_000)).toMatchObject({
      passing: true,
      refused: false,
      found: expect.stringContaining(`(${code})`),
    });
  });

  test('a connection that nobody takes, but not as often', () => {
    expect(judgeNetworkFailure(failed('ECONNREFUSED'), 1_000)).toMatchObject({
      passing: true,
      refused: true,
    });
  });

  test('a host with several addresses, by what the first of them said', () => {
    const refused = Object.assign(new Error('why'), { code: 'ECONNREFUSED' });
    const error = new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) });
    expect(judgeNetworkFailure(error, 1_000)).toMatchObject({ refused: true });
  });

  test('a try that took too long, with its time', () => {
    const error = new DOMException('aborted', 'TimeoutError');
    expect(judgeNetworkFailure(error, 30_000)).toMatchObject({
      passing: true,
      found: 'no whole answer within 30 s',
    });
  });

  test('a failure without a code', () => {
    const error = new TypeError('fetch failed', { cause: new Error('bad port') });
    expect(judgeNetworkFailure(error, 1_000)).toMatchObject({ found: 'no connection (bad port)' });
    expect(judgeNetworkFailure(new TypeError('terminated'), 1_000)).toMatchObject({ passing: true });
  });
});

describe('what another try would not better', () => {
  test.each([
    ['ENOTFOUND', 'correct its name'],
    ['CERT_HAS_EXPIRED', 'NODE_EXTRA_CA_CERTS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'plain HTTP is spoken on the loopback only'],
    ['HPE_INVALID_CONSTANT', 'is it a registry?'],
  ])('%s: %s', (code, todo) => {
    const judged = judgeNetworkFailure(failed(code), 1_000);
    expect(judged?.passing).toBe(false);
    expect(judged?.todo).toContain(todo);
  });
});

test.each([new TypeError('x is not a function'), new RangeError('no'), 'text', undefined])(
  'what is no failure of the network is a bug: %s',
  (error) => {
    expect(judgeNetworkFailure(error, 1_000)).toBeUndefined();
  },
);
