import type { ProjectSource } from '../drivers/driver.ts';
import { externalFiles } from '../drivers/stack/find-externals.ts';
import { variablesOf } from '../drivers/stack/inputs.ts';
import { readCompose } from '../drivers/stack/read-compose.ts';
import { plainPath } from '../hash/path-inputs.ts';
import { credentialIds, credentialUses } from '../model/jenkins/credentials.ts';
import type { CredentialKind } from '../model/jenkins/credentials.ts';
import { CREDENTIAL_PREFIX, JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';
import { credentialId } from '../model/managed-secrets.ts';
import type { ManagedSecret } from '../model/managed-secrets.ts';
import { hintNearest } from '../model/nearest-name.ts';
import type { Project } from '../model/project/project.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';
import { managedSecrets } from './managed-secrets.ts';

/** A secret that a commit names, whether or not it is there. */
export interface KnownSecret {
  /** As people name it; the bare id of a credential. */
  name: string;
  /** As stack files name it. */
  external: string;
  purpose: string;
  /** Made by the program; the others are set by people. */
  managed?: ManagedSecret;
  /** Of a credential of Jenkins, where its use tells. */
  kind?: CredentialKind;
  /** Services of the commit that use it, `jenkins_controller`. */
  services: string[];
  /** Stacks that use it, or for which it is made. */
  stacks: string[];
}

/** @throws UserError BAD_STACK */
export function knownSecrets(source: Pick<ProjectSource, 'project' | 'files'>): KnownSecret[] {
  const { project } = source;
  const users = findUsers(source);
  const usersOf = (...names: string[]): Pick<KnownSecret, 'services' | 'stacks'> => {
    const found = users.filter(({ name }) => names.includes(name));
    return {
      services: [...new Set(found.map(({ service }) => service))].sort(),
      stacks: [...new Set(found.map(({ stack }) => stack))].sort(),
    };
  };
  const managed = managedSecrets(project).map((one): KnownSecret => {
    const { services, stacks } = usersOf(one.secret, one.config);
    const external = one.secret;
    const all = [...new Set([one.stack, ...stacks])];
    return { name: one.name, external, purpose: one.purpose, managed: one, services, stacks: all };
  });
  const credentials = credentialIds(project).map((id): KnownSecret => {
    const external = `${CREDENTIAL_PREFIX}${id}`;
    const { services, stacks } = usersOf(external);
    const all = stacks.length === 0 && project.stacks[JENKINS_STACK] ? [JENKINS_STACK] : stacks;
    return { name: id, external, ...describeCredential(project, id), services, stacks: all };
  });
  const known = [...managed, ...credentials];
  const others = [...new Set(users.filter(({ section }) => section === 'secrets').map(({ name }) => name))]
    .filter((name) => !known.some(({ external }) => external === name))
    .sort()
    .map((external): KnownSecret => {
      const name = credentialId(external) ?? external;
      return { name, external, purpose: 'external in a stack file', ...usersOf(external) };
    });
  return [...known, ...others];
}

const SHAPES: Readonly<Record<CredentialKind, string>> = {
  login: 'user:password',
  text: 'a text',
  key: 'a private key',
};

function describeCredential(project: Project, id: string): Pick<KnownSecret, 'purpose' | 'kind'> {
  const uses = credentialUses(project).filter((one) => one.id === id);
  const kind = uses.find((one) => one.kind !== undefined)?.kind;
  const fields = new Set(uses.map(({ path }) => path.slice(0, path[0] === 'jobs' ? 2 : 3).join('.')));
  const purpose = `credential${kind ? ` (${SHAPES[kind]})` : ''}: ${[...fields].join(', ')}`;
  return kind ? { purpose, kind } : { purpose };
}

interface User {
  section: 'configs' | 'secrets';
  /** Of the secret or config. */
  name: string;
  stack: string;
  service: string;
}

function findUsers({ project, files }: Pick<ProjectSource, 'project' | 'files'>): User[] {
  return Object.entries(project.stacks).flatMap(([stack, definition]) => {
    const content = files.read(plainPath(definition.file)) ?? new Uint8Array();
    const compose = readCompose(content, definition.file, variablesOf(definition));
    return externalFiles(compose).flatMap(({ section, name, services }) =>
      services.map((service): User => ({ section, name, stack, service: `${stack}_${service}` })),
    );
  });
}

/** @param name also as stack files have it @throws UserError UNKNOWN_SECRET */
export function findKnown(known: readonly KnownSecret[], name: string): KnownSecret {
  const found =
    known.find((one) => one.name === name) ??
    known.find(({ external, managed }) => external === name || managed?.config === name);
  if (found) return found;
  const names = known.map((one) => one.name);
  throw new UserError(
    'UNKNOWN_SECRET',
    `no secret ${JSON.stringify(shorten(name, 80))} is named by project.yaml or a stack file of the commit that is checked out; ${hintNearest(name, names) || 'see millrace secret list'}`,
  );
}

/** The Swarms that a secret is needed on; undefined: the engine at hand. */
export function placesOf({ stacks }: KnownSecret, project: Project): (string | undefined)[] {
  return [...new Set(stacks.map((stack) => project.stacks[stack]?.on))];
}
