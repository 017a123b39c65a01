import { MANAGED_SECRETS } from '../../model/managed-secrets.ts';
import type { Engine } from '../../ports/engine.ts';
import type { OwnLogin } from '../secrets/make-secret.ts';
import { readSecret } from '../secrets/read-secret.ts';

const REGISTRY = MANAGED_SECRETS.find(({ kind }) => kind === 'registry')!;

/**
 * Who may write into a project's own registry as it runs now.
 * @returns undefined where there is none: the secret was made by hand
 * @throws UserError FOREIGN_SECRET where it is another project's
 */
export async function readOwnLogin(
  engine: Pick<Engine, 'get'>,
  project: string,
): Promise<OwnLogin | undefined> {
  const found = await readSecret(engine, REGISTRY, project);
  return found && (JSON.parse(found.content) as OwnLogin);
}
