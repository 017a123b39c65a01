/**
 * Where `docker stack deploy` makes a number or a boolean of a text in which it has replaced a variable (docker/cli,
 * cli/compose/loader/interpolate.go); `*` is any key or index.
 */
const CASTS: Readonly<Record<string, 'integer' | 'number' | 'boolean'>> = {
  'services.*.configs.*.mode': 'integer',
  'services.*.secrets.*.mode': 'integer',
  'services.*.healthcheck.retries': 'integer',
  'services.*.healthcheck.disable': 'boolean',
  'services.*.deploy.replicas': 'integer',
  'services.*.deploy.update_config.parallelism': 'integer',
  'services.*.deploy.update_config.max_failure_ratio': 'number',
  'services.*.deploy.rollback_config.parallelism': 'integer',
  'services.*.deploy.rollback_config.max_failure_ratio': 'number',
  'services.*.deploy.restart_policy.max_attempts': 'integer',
  'services.*.deploy.placement.max_replicas_per_node': 'integer',
  'services.*.ports.*.target': 'integer',
  'services.*.ports.*.published': 'integer',
  'services.*.ulimits.*': 'integer',
  'services.*.ulimits.*.hard': 'integer',
  'services.*.ulimits.*.soft': 'integer',
  'services.*.privileged': 'boolean',
  'services.*.read_only': 'boolean',
  'services.*.stdin_open': 'boolean',
  'services.*.tty': 'boolean',
  'services.*.volumes.*.read_only': 'boolean',
  'services.*.volumes.*.volume.nocopy': 'boolean',
  'networks.*.external': 'boolean',
  'networks.*.internal': 'boolean',
  'networks.*.attachable': 'boolean',
  'volumes.*.external': 'boolean',
  'secrets.*.external': 'boolean',
  'configs.*.external': 'boolean',
};
const PATHS = Object.entries(CASTS).map(([path, type]) => ({ steps: path.split('.'), type }));
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ y: true, yes: true, true: true, on: true },
  ...{ n: false, no: false, false: false, off: false },
};

/**
 * The value that a text with its variables replaced stands for, at this place of the file. What does not look like one
 * stays text, which Docker then refuses at its place.
 */
export function castValue(text: string, path: readonly (string | number)[]): unknown {
  const type = PATHS.find(
    ({ steps }) =>
      steps.length === path.length && steps.every((step, at) => step === '*' || step === String(path[at])),
  )?.type;
  if (type === 'boolean') return BOOLEANS[text.toLowerCase()] ?? text;
  if (type === 'integer') return readInteger(text) ?? text;
  if (type === 'number') return /^[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : text;
  return text;
}

/** Go's strconv.ParseInt with base 0: a leading zero is octal. @returns undefined where it is none */
export function readInteger(text: string): number | undefined {
  if (/^[-+]?(?:0|[1-9][0-9]*)$/.test(text)) return Number(text);
  const octal = /^([-+]?)0o?([0-7]+)$/.exec(text);
  if (octal) return Number.parseInt(`${octal[1]}${octal[2]}`, 8);
  return /^0[xX][0-9a-fA-F]+$/.test(text) ? Number(text) : undefined;
}
