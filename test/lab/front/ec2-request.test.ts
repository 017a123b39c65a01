import { describe, expect, test } from '@jest/globals';
import { onlyReads, readEc2Request } from '../../../generator/lab/front/ec2-request.ts';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0';

describe('a request to EC2', () => {
  test('has its region from the signature and its action from the form', () => {
    const request = readEc2Request('/', SIGNED, 'Action=RunInstances&ImageId=ami-1');
    expect(request).toMatchObject({ service: 'ec2', region: 'eu-west-1', action: 'RunInstances' });
    expect(request.parameters.get('ImageId')).toBe('ami-1');
  });

  test('may have its parameters in the URL', () => {
    expect(readEc2Request('/?Action=StopInstances&Version=1', SIGNED, '').action).toBe('StopInstances');
  });

  test.each([
    ['DescribeInstances', 'ec2', true],
    ['GetConsoleOutput', 'ec2', true],
    ['TerminateInstances', 'ec2', false],
    ['CreateRole', 'iam', true],
  ])('%s of %s leaves the machines as they are: %s', (action, service, reads) => {
    const authorization = SIGNED.replace('/ec2/', `/${service}/`);
    expect(onlyReads(readEc2Request('/', authorization, `Action=${action}`))).toBe(reads);
  });

  test('is looked after where it is not signed: the stand-in itself was told something', () => {
    const request = readEc2Request('/moto-api/reset', undefined, '');
    expect(request).toMatchObject({ service: '', region: '', action: '' });
    expect(onlyReads(request)).toBe(false);
  });
});
