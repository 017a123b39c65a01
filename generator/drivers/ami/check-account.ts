import type { Project } from '../../model/project/project.ts';
import { UserError } from '../../model/user-error.ts';
import type { MachineImages } from '../../ports/machine-images.ts';

/**
 * Comes before anything that changes an account.
 * @throws UserError WRONG_ACCOUNT, NO_AWS
 */
export async function checkAccount(project: Project, images: Pick<MachineImages, 'account'>): Promise<void> {
  if (!project.aws)
    throw new UserError('NO_AWS', 'project.yaml has no `aws:`; name the region and the accounts');
  const account = await images.account();
  if (project.aws.accounts.includes(account)) return;
  throw new UserError(
    'WRONG_ACCOUNT',
    `the AWS credentials are of account ${account}, project.yaml allows ${project.aws.accounts.join(', ')}; ` +
      'set AWS_PROFILE to the right one, or add the account to aws.accounts',
  );
}
