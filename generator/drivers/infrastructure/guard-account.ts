import type { Project } from '../../model/project/project.ts';
import { checkAccount } from '../ami/check-account.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';

/**
 * Comes before anything that changes an account. An inventory is in none, unless the project has one.
 * @throws UserError WRONG_ACCOUNT, NO_AWS
 */
export async function guardAccount(
  project: Project,
  name: string,
  { cloud }: Pick<InfrastructureTools, 'cloud'>,
): Promise<void> {
  if (!project.aws && project.infrastructure[name]?.hosts !== undefined) return;
  await checkAccount(project, cloud ?? { account: () => Promise.resolve('') });
}
