import type { Environment } from '../project/job.ts';
import type { Project } from '../project/project.ts';

/**
 * What Jenkins keeps under an id. The value is the content of the Swarm secret `jenkins_credential_<id>`:
 * `user:password` (the first colon parts them), a text, or a private key.
 */
export type CredentialKind = 'login' | 'text' | 'key';

/** A place of project.yaml that names a credential. */
export interface CredentialUse {
  id: string;
  /** Undefined where any kind will do. */
  kind: CredentialKind | undefined;
  /** Who sees it: all jobs, those of the trusted branch, or the controller's own configuration alone. */
  seenBy: 'project' | 'deliver' | 'controller';
  path: (string | number)[];
}

/** A credential as Jenkins is to have it in a folder. */
export interface JenkinsCredential {
  id: string;
  kind: CredentialKind;
  seenBy: 'project' | 'deliver';
}

/** Every place that names a credential, in the order of the sections. */
export function credentialUses(project: Project): CredentialUse[] {
  const { scm, registry, reuse, aws, jenkins, notify, jobs } = project;
  const git: CredentialKind = isSsh(project.repository) ? 'key' : 'login';
  const pull = registry === 'own' ? undefined : registry.credential;
  const use = (
    id: string | undefined,
    kind: CredentialKind | undefined,
    seenBy: CredentialUse['seenBy'],
    ...path: (string | number)[]
  ): CredentialUse[] => (id === undefined ? [] : [{ id, kind, seenBy, path }]);
  const inEnvironment = (environment: Environment | undefined, path: (string | number)[]): CredentialUse[] =>
    Object.entries(environment ?? {}).flatMap(([name, value]) =>
      typeof value === 'object'
        ? use(value.credential, undefined, 'deliver', ...path, 'environment', name, 'credential')
        : [],
    );
  return [
    ...use(scm.credential, git, 'project', 'scm', 'credential'),
    ...use(scm.push, git, 'deliver', 'scm', 'push'),
    ...use(pull, 'login', reuse === 'branches' ? 'project' : 'deliver', 'registry', 'credential'),
    ...use(aws?.credential, 'login', 'deliver', 'aws', 'credential'),
    ...use(jenkins.smtp?.credential, 'text', 'controller', 'jenkins', 'smtp', 'credential'),
    ...use(notify?.slack?.credential, 'text', 'deliver', 'notify', 'slack', 'credential'),
    ...Object.entries(jobs).flatMap(([entry, job]) => [
      ...inEnvironment(job.environment, ['jobs', entry]),
      ...(job.steps ?? []).flatMap((step, index) =>
        inEnvironment(step.environment, ['jobs', entry, 'steps', index]),
      ),
    ]),
  ];
}

/** Each id once, sorted: what has to be set by `millrace secret set`. */
export function credentialIds(project: Project): string[] {
  return [...new Set(credentialUses(project).map(({ id }) => id))].sort();
}

/** What the folders of Jenkins hold, sorted; an id that all may see is kept once, above the trusted branch's folder. */
export function jenkinsCredentials(project: Project): JenkinsCredential[] {
  const uses = credentialUses(project);
  return credentialIds(project).flatMap((id): JenkinsCredential[] => {
    const own = uses.filter((one) => one.id === id);
    const kind = own.find((one) => one.kind !== undefined)?.kind ?? 'text';
    const seenBy = (['project', 'deliver'] as const).find((who) => own.some((one) => one.seenBy === who));
    return seenBy === undefined ? [] : [{ id, kind, seenBy }];
  });
}

/** Whether the address is reached by SSH, in either of Git's two ways to write that. */
export function isSsh(repository: string | undefined): boolean {
  return /^ssh:|^[^/]+@[^/]+:/.test(repository ?? '');
}

/** Whom SSH logs in as at the repository's address. */
export function sshUserOf(repository: string | undefined): string {
  return /^(?:ssh:\/\/)?([^@/:]+)@/.exec(repository ?? '')?.[1] ?? 'git';
}
