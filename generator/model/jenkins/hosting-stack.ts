/**
 * What the stack `jenkins` mounts into its containers, and where: its controller's configuration (jenkins/casc.yaml)
 * reads from these places, and `validate` holds the stack file against them.
 */

/** The stack that holds the project's Jenkins, and its service that is Jenkins itself. */
export const JENKINS_STACK = 'jenkins';
export const CONTROLLER = 'controller';

/** Written by `generate`; the stack gives it to the controller as a config of its content. */
export const CASC_FILE = 'jenkins/casc.yaml';
export const CASC_FOLDER = '/run/casc';

/** A Swarm secret or config, and the path at which a container reads it. */
export interface Mount {
  section: 'secrets' | 'configs';
  source: string;
  path: string;
}

export const ADMIN_PASSWORD = secretMount('jenkins_admin_password');
/** Of the user by whom the CLI asks Jenkins. */
export const SERVICE_PASSWORD = secretMount('jenkins_service_password');
/** The key by which the controller logs in to agents. */
export const AGENT_KEY = secretMount('jenkins_agent_key');
/** What every agent shows as its host key; its private half is the agents'. */
export const HOST_PUBLIC_KEY = configMount('jenkins_agent_host_public_key');
/** As jenkins-image/agent expects them. */
export const AGENT_HOST_KEY: Mount = {
  section: 'secrets',
  source: 'jenkins_agent_host_key',
  path: '/run/secrets/agent_host_key',
};
export const CONTROLLER_KEY: Mount = {
  section: 'configs',
  source: 'jenkins_controller_key',
  path: '/run/configs/controller_key.pub',
};

/** What the names of secrets for credentials begin with; the credential's id follows. */
export const CREDENTIAL_PREFIX = 'jenkins_credential_';

/** The secret that holds the value of a credential which project.yaml names. */
export function credentialMount(id: string): Mount {
  return secretMount(`${CREDENTIAL_PREFIX}${id}`);
}

function secretMount(source: string): Mount {
  return { section: 'secrets', source, path: `/run/secrets/${source}` };
}

function configMount(source: string): Mount {
  return { section: 'configs', source, path: `/run/configs/${source}` };
}

/** Builds that an agent runs at a time: a `deliver` that waits for the seed job holds one of its agent's two. */
export const EXECUTORS = { build: 1, deploy: 2 } as const;

export interface AgentService {
  /** Of the service, of the agent in Jenkins, and of its host. */
  name: string;
  label: keyof typeof EXECUTORS;
}

/** The agents, each a service of the stack: the controller knows them by these names. */
export function agentServices(count: Readonly<Record<AgentService['label'], number>>): AgentService[] {
  return (['build', 'deploy'] as const).flatMap((label) =>
    Array.from({ length: count[label] }, (_, index) => ({ name: `${label}-${index + 1}`, label })),
  );
}

/** Users that Jenkins has besides people: the CLI's, and the one that the seed job runs as. */
export const SERVICE_USER = 'millrace';
export const SEED_USER = 'seed';
