import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import { explainAwsError } from './explain-aws-error.ts';

export type Ec2Module = typeof import('./ec2-sdk.ts');
export type IamModule = typeof import('./iam-sdk.ts');

/** @param action as IAM names it, for messages: `ec2:DescribeImages` */
type Calls<Client, Sdk> = <T>(action: string, call: (client: Client, sdk: Sdk) => Promise<T>) => Promise<T>;

/** Clients of one region, made when they are first used: loading them takes longer than most commands do. */
export interface AwsClients {
  ec2: Calls<EC2Client, Ec2Module>;
  /** IAM is one for all regions; the client knows where. */
  iam: Calls<IAMClient, IamModule>;
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
  const open = <Client, Sdk>(load: () => Promise<{ client: Client; sdk: Sdk }>): Calls<Client, Sdk> => {
    let loaded: ReturnType<typeof load> | undefined;
    return async (action, call) => {
      const { client, sdk } = await (loaded ??= load());
      return call(client, sdk).catch((error: unknown) => {
        throw explainAwsError(error, action, region);
      });
    };
  };
  const sts = open(() =>
    import('@aws-sdk/client-sts').then((sdk) => ({ sdk, client: new sdk.STSClient(options) })),
  );
  return {
    ec2: open(() => import('./ec2-sdk.ts').then((sdk) => ({ sdk, client: new sdk.EC2Client(options) }))),
    iam: open(() => import('./iam-sdk.ts').then((sdk) => ({ sdk, client: new sdk.IAMClient(options) }))),
    account: async () => {
      const identity = await sts('sts:GetCallerIdentity', (client, sdk) =>
        client.send(new sdk.GetCallerIdentityCommand({})),
      );
      return identity.Account ?? '';
    },
  };
}
