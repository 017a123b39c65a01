import { CREDENTIAL_PREFIX } from './jenkins/hosting-stack.ts';

/**
 * A secret that is made by the first deploy of the stack that uses it: a Swarm secret, which only tasks read, and beside
 * it a Swarm config, which a manager gives back: what is needed to write by it, or its public half.
 */
export interface ManagedSecret {
  /** As people name it. */
  name: string;
  purpose: string;
  stack: string;
  secret: string;
  config: string;
  kind: 'registry' | 'password' | 'key';
}

/** Their names bear no project: a Swarm carries one registry and one Jenkins of this sort (docs/decisions/024, 026). */
export const MANAGED_SECRETS: readonly ManagedSecret[] = [
  {
    name: 'registry_password',
    purpose: "writes into the project's own registry",
    stack: 'registry',
    secret: 'registry_htpasswd',
    config: 'registry_password',
    kind: 'registry',
  },
  {
    name: 'jenkins_admin_password',
    purpose: 'the password of every user of jenkins.admins',
    stack: 'jenkins',
    secret: 'jenkins_admin_password',
    config: 'jenkins_admin_password',
    kind: 'password',
  },
  {
    name: 'jenkins_service_password',
    purpose: 'by which this program asks Jenkins, as the user millrace',
    stack: 'jenkins',
    secret: 'jenkins_service_password',
    config: 'jenkins_service_password',
    kind: 'password',
  },
  {
    name: 'jenkins_agent_key',
    purpose: 'by which the controller logs in on its agents',
    stack: 'jenkins',
    secret: 'jenkins_agent_key',
    config: 'jenkins_controller_key',
    kind: 'key',
  },
  {
    name: 'jenkins_agent_host_key',
    purpose: 'by which the controller knows its agents',
    stack: 'jenkins',
    secret: 'jenkins_agent_host_key',
    config: 'jenkins_agent_host_public_key',
    kind: 'key',
  },
];

/** What changes together: a managed secret with its config; anything else is alone. @param name of a secret or config */
export function partsOf(name: string): readonly string[] {
  const managed = MANAGED_SECRETS.find(({ secret, config }) => secret === name || config === name);
  return managed ? [managed.secret, managed.config] : [name];
}

/** @returns undefined for the name of another secret */
export function credentialId(secret: string): string | undefined {
  return secret.startsWith(CREDENTIAL_PREFIX) ? secret.slice(CREDENTIAL_PREFIX.length) : undefined;
}
