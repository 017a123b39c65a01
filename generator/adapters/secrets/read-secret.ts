import type { ManagedSecret } from '../../model/managed-secrets.ts';
import type { Engine } from '../../ports/engine.ts';
import { listVersions, readContent } from './secret-files.ts';

interface UsingService {
  Spec: { TaskTemplate?: { ContainerSpec?: { Secrets?: { SecretName: string }[] | null } } };
}

export interface ReadSecret {
  /** What its config holds. */
  content: string;
  version: number;
  /** Of those that are there. */
  newest: number;
}

/**
 * What a manager gives back of a secret: of the version that services have, which is not the newest between a rotation and
 * the next apply.
 * @returns undefined where there is none, or it was made by hand
 * @throws UserError FOREIGN_SECRET
 */
export async function readSecret(
  engine: Pick<Engine, 'get'>,
  managed: ManagedSecret,
  project: string,
): Promise<ReadSecret | undefined> {
  const configs = await listVersions(engine, 'configs', managed.config, project);
  const used = configs.length > 1 ? await findUsedVersion(engine, managed.secret, project) : undefined;
  const newest = configs.at(-1);
  const found = configs.find(({ version }) => version === used) ?? newest;
  return (
    found && newest && { content: readContent(found.file), version: found.version, newest: newest.version }
  );
}

/** @returns the lowest version of a secret that a service has; undefined where none has any */
async function findUsedVersion(
  engine: Pick<Engine, 'get'>,
  secret: string,
  project: string,
): Promise<number | undefined> {
  const [services, secrets] = await Promise.all([
    engine.get('/services') as Promise<UsingService[]>,
    listVersions(engine, 'secrets', secret, project),
  ]);
  const names = services.flatMap(({ Spec }) => Spec.TaskTemplate?.ContainerSpec?.Secrets ?? []);
  return secrets.find(({ file }) => names.some(({ SecretName }) => SecretName === file.Spec.Name))?.version;
}
