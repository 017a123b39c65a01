type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Of the user's own `ANSIBLE_*` only where things lie and how machines are reached: whatever else decides what a playbook
 * does is in no hash.
 */
const KEPT =
  /^ANSIBLE_(?:HOME|LOCAL_TEMP|COLLECTIONS_PATHS?|VAULT_\w+|(?:BECOME|CONNECTION)_PASSWORD_FILE|PRIVATE_KEY_FILE|SSH_\w+|TIMEOUT|FORKS)$/;

/** By how its output is read: one line a result, nothing coloured or cut to a terminal's width. */
const OUTPUT = {
  ANSIBLE_STDOUT_CALLBACK: 'ansible.builtin.default',
  ANSIBLE_CALLBACK_RESULT_FORMAT: 'json',
  ANSIBLE_CALLBACK_FORMAT_PRETTY: 'false',
  // Otherwise a task is named when it has its first result, and not while it runs.
  ANSIBLE_DISPLAY_SKIPPED_HOSTS: 'true',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_FORCE_COLOR: undefined,
  ANSIBLE_LOCALHOST_WARNING: 'false',
  ANSIBLE_INVENTORY_UNPARSED_WARNING: 'false',
  ANSIBLE_RETRY_FILES_ENABLED: 'false',
  ANSIBLE_HOST_KEY_CHECKING: 'true',
  // Its pieces come as they are written, not when a buffer is full.
  PYTHONUNBUFFERED: '1',
} as const;

/**
 * @param configuration path of the ansible.cfg, undefined for none of ours; named, since Ansible passes over one in a folder that others may write to
 * @param region undefined where nothing is on AWS
 */
export function playbookEnvironment(
  environment: Environment,
  configuration: string | undefined,
  region: string | undefined,
): Record<string, string | undefined> {
  const foreign = Object.keys(environment).filter((name) => name.startsWith('ANSIBLE_') && !KEPT.test(name));
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    ...OUTPUT,
    ANSIBLE_CONFIG: configuration,
    ...(region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
  };
}

/** Values that no log may hold, whatever module repeats them. */
const SECRETS = /(?:SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL)/i;

/** @returns takes secrets of the environment out of a line */
export function createRedaction(environment: Environment): (line: string) => string {
  const secrets = Object.entries(environment)
    .filter(([name, value]) => SECRETS.test(name) && (value ?? '').length >= 8)
    .map(([, value]) => value!);
  return (line) => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
}
