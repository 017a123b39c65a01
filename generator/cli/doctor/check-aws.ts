import type { Finding } from '../../report/finding-table.ts';
import { messageOf, missing, ok } from './context.ts';
import type { Check, DoctorContext } from './context.ts';

/** Whose the credentials are. */
export const checkAws: Check = async (context) => {
  const { aws } = context.project;
  return aws ? [await checkAccount(context, aws.accounts)] : [];
};

async function checkAccount({ account }: DoctorContext, accounts: readonly string[]): Promise<Finding> {
  try {
    const found = await account();
    if (accounts.includes(found)) return ok('aws', `the credentials are of account ${found}`);
    return missing(
      'aws',
      `the credentials are of account ${found}, project.yaml allows ${accounts.join(', ')}`,
      'set AWS_PROFILE to the right one, or add the account to aws.accounts',
    );
  } catch (error) {
    return missing('aws', messageOf(error));
  }
}
