import { UserError } from '../../model/user-error.ts';

/** Codes of EC2 and STS (AWS, "Error codes for the Amazon EC2 API" and "Common error types"). */
const REFUSED = new Set([
  'AuthFailure',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'MissingAuthenticationToken',
]);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired']);
const DENIED = new Set([
  'UnauthorizedOperation',
  'AccessDenied',
  'AccessDeniedException',
  'Client.UnauthorizedOperation',
]);
const THROTTLED =
  /^(?:RequestLimitExceeded|Throttl|TooManyRequests|EC2ThrottledException|SlowDown|BandwidthLimitExceeded|PriorRequestNotComplete)/;
const UNREACHABLE =
  /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** What AWS calls the error; empty where it does not say. */
export function awsErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { Code, name, code } = error as { Code?: unknown; name?: unknown; code?: unknown };
  const named = [Code, name, code].find(
    (each) => typeof each === 'string' && each !== '' && each !== 'Error',
  );
  return typeof named === 'string' ? named : '';
}

/**
 * One line for what the user can mend, with AWS's own error as its cause. What is already a UserError, or is no
 * answer of AWS at all, stays as it is.
 * @param action as IAM names it
 */
export function explainAwsError(error: unknown, action: string, region: string): unknown {
  if (error instanceof UserError || typeof error !== 'object' || error === null) return error;
  const explained = explain(error, action, region);
  if (explained === undefined) return error;
  const mendable = new UserError(...explained);
  mendable.cause = error;
  return mendable;
}

/** @returns code and message of a UserError */
function explain(error: object, action: string, region: string): [string, string] | undefined {
  const code = awsErrorCode(error);
  const system = systemCode(error);
  const said = messageOf(error);
  if (/^(?:Credentials|Token|)ProviderError$/.test(code) || /Could not load credentials/.test(said)) {
    const ways = 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`';
    return ['NO_CREDENTIALS', `no AWS credentials were found (${said}); ${ways}`];
  }
  if (EXPIRED.has(code))
    return ['CREDENTIALS_REFUSED', `the AWS credentials have expired (${code}); log in again`];
  if (REFUSED.has(code)) {
    const ask = 'are they current, and is the region enabled for the account?';
    return [
      'CREDENTIALS_REFUSED',
      `AWS refuses the credentials for ${action} in ${region} (${code}); ${ask}`,
    ];
  }
  if (DENIED.has(code))
    return ['AWS_DENIED', `the AWS credentials may not do ${action}; their policy must allow it`];
  if (THROTTLED.test(code))
    return [
      'AWS_THROTTLED',
      `AWS kept refusing ${action} for too many requests (${code}); run it again later`,
    ];
  if (UNREACHABLE.test(system) || UNREACHABLE.test(code)) {
    const check = 'check the network, aws.region and AWS_ENDPOINT_URL';
    return ['AWS_UNREACHABLE', `AWS in ${region} is not reached for ${action} (${system || code}); ${check}`];
  }
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === undefined && !('$fault' in error)) return undefined;
  return ['AWS_FAILED', `${action} failed in ${region}: ${code}: ${said}`];
}

function systemCode(error: object): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  const inner = Array.isArray(errors) ? (errors[0] as unknown) : cause;
  return typeof inner === 'object' && inner !== null && inner !== error ? systemCode(inner) : '';
}

function messageOf(error: object): string {
  const { message } = error as { message?: unknown };
  const text = typeof message === 'string' ? message : '';
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
