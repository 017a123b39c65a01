import { MANAGED_SECRETS } from '../../model/managed-secrets.ts';
import { versionOf } from '../../model/secret-version.ts';
import type { Engine } from '../../ports/engine.ts';
import type { OwnLogin } from '../secrets/make-secret.ts';
import { listVersions, readContent } from '../secrets/secret-files.ts';

const { secret: SECRET, config: CONFIG } = MANAGED_SECRETS.find(({ kind }) => kind === 'registry')!;

interface UsingService {
  Spec: { TaskTemplate?: { ContainerSpec?: { Secrets?: { SecretName: string }[] | null } } };
}

/**
 * Who may write into a project's own registry: what its stack was deployed with, which is not the newest between a
 * rotation and the next apply.
 * @returns undefined where there is none: the secret was made by hand
 * @throws UserError FOREIGN_SECRET where it is another project's
 */
export async function readOwnLogin(
  engine: Pick<Engine, 'get'>,
  project: string,
): Promise<OwnLogin | undefined> {
  const configs = await listVersions(engine, 'configs', CONFIG, project);
  const used = configs.length > 1 ? await findUsed(engine, project) : undefined;
  const found = configs.find(({ version }) => version === used) ?? configs.at(-1);
  return found && (JSON.parse(readContent(found.file)) as OwnLogin);
}

async function findUsed(engine: Pick<Engine, 'get'>, project: string): Promise<number | undefined> {
  const [services, secrets] = await Promise.all([
    engine.get('/services') as Promise<UsingService[]>,
    listVersions(engine, 'secrets', SECRET, project),
  ]);
  const names = services.flatMap(({ Spec }) => Spec.TaskTemplate?.ContainerSpec?.Secrets ?? []);
  const used = secrets.find(({ file }) => names.some(({ SecretName }) => SecretName === file.Spec.Name));
  return used && versionOf(SECRET, used.file);
}
