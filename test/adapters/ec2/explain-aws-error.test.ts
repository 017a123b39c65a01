import { expect, test } from '@jest/globals';
import { explainAwsError } from '../../../generator/adapters/ec2/explain-aws-error.ts';
import { UserError } from '../../../generator/model/user-error.ts';

/** An error as the SDK throws it: of the service, with a status, or of the network, with a system's code. */
function awsError(name: string, more: object = {}): Error {
  return Object.assign(new Error('said\nso'), { name, $metadata: { httpStatusCode: 400 }, ...more });
}
const network = (code: string): Error => Object.assign(new Error('no'), { code });

test.each<[string, Error, RegExp]>([
  ['NO_CREDENTIALS', awsError('CredentialsProviderError', { $metadata: undefined }), /AWS_PROFILE/],
  ['CREDENTIALS_REFUSED', awsError('ExpiredTokenException'), /expired.*log in again/],
  ['CREDENTIALS_REFUSED', awsError('RequestExpired'), /expired/],
  ['CREDENTIALS_REFUSED', awsError('AuthFailure'), /is the region enabled/],
  ['CREDENTIALS_REFUSED', awsError('SignatureDoesNotMatch'), /ec2:RunInstances in eu-central-1/],
  ['AWS_DENIED', awsError('UnauthorizedOperation'), /may not do ec2:RunInstances/],
  ['AWS_DENIED', awsError('AccessDenied'), /may not do ec2:RunInstances/],
  ['AWS_THROTTLED', awsError('RequestLimitExceeded'), /too many requests/],
  ['AWS_THROTTLED', awsError('ThrottlingException'), /too many requests/],
  ['AWS_UNREACHABLE', network('ENOTFOUND'), /aws\.region/],
  ['AWS_UNREACHABLE', network('ECONNREFUSED'), /AWS_ENDPOINT_URL/],
  ['AWS_UNREACHABLE', new AggregateError([network('ECONNREFUSED')]), /ECONNREFUSED/],
  ['AWS_UNREACHABLE', awsError('TimeoutError', { $metadata: undefined }), /TimeoutError/],
  ['AWS_FAILED', awsError('InstanceLimitExceeded'), /InstanceLimitExceeded: said so$/],
])('%s for %s', (code, error, message) => {
  const explained = explainAwsError(error, 'ec2:RunInstances', 'eu-central-1');
  expect(explained).toBeInstanceOf(UserError);
  expect(explained).toMatchObject({ code, message: expect.stringMatching(message), cause: error });
  expect((explained as Error).message).not.toContain('\n');
});

test('a bug stays a bug, and what is explained already stays as it is', () => {
  for (const error of [new TypeError('x is not a function'), new UserError('OWN', 'own'), 'text', undefined])
    expect(explainAwsError(error, 'a', 'r')).toBe(error);
});
