import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { STSClient } from '@aws-sdk/client-sts';
import { explainAwsError } from './explain-aws-error.ts';

export type Ec2Module = typeof import('./ec2-sdk.ts');
export type IamModule = typeof import('./iam-sdk.ts');

/** Clients of one region, made when they are first used: loading them takes longer than most commands do. */
export interface AwsClients {
  /** @param action as IAM names it, for messages: `ec2:DescribeImages` */
  ec2: <T>(action: string, call: (client: EC2Client, sdk: Ec2Module) => Promise<T>) => Promise<T>;
  /** IAM is one for all regions; the client knows where. */
  iam: <T>(action: string, call: (client: IAMClient, sdk: IamModule) => Promise<T>) => Promise<T>;
  account: () => Promise<string>;
}

/**
 * Credentials come from the standard chain; AWS_ENDPOINT_URL is honoured by the SDK. Throttling, 5xx and broken
 * connections are repeated by it with jitter (`adaptive`: it also slows down), at most this often.
 */
const MAX_ATTEMPTS = 8;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 60_000 };

export function createAwsClients(region: string, maxAttempts = MAX_ATTEMPTS): AwsClients {
  // The SDK's version is pinned here; which Node later ones need is no news for who runs a command.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const options = { region, maxAttempts, retryMode: 'adaptive', requestHandler: TIMEOUTS };
  let ec2: Promise<{ client: EC2Client; sdk: Ec2Module }> | undefined;
  let iam: Promise<{ client: IAMClient; sdk: IamModule }> | undefined;
  let sts: Promise<STSClient> | undefined;
  return {
    ec2: async (action, call) => {
      ec2 ??= import('./ec2-sdk.ts').then((sdk) => ({ sdk, client: new sdk.EC2Client(options) }));
      const { client, sdk } = await ec2;
      return call(client, sdk).catch((error: unknown) => {
        throw explainAwsError(error, action, region);
      });
    },
    iam: async (action, call) => {
      iam ??= import('./iam-sdk.ts').then((sdk) => ({ sdk, client: new sdk.IAMClient(options) }));
      const { client, sdk } = await iam;
      return call(client, sdk).catch((error: unknown) => {
        throw explainAwsError(error, action, region);
      });
    },
    account: async () => {
      const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
      sts ??= Promise.resolve(new STSClient(options));
      const client = await sts;
      const answer = await client.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
        throw explainAwsError(error, 'sts:GetCallerIdentity', region);
      });
      return answer.Account ?? '';
    },
  };
}
