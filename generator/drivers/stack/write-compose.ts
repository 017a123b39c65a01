import type { Mapping } from '../../load/merge-keys.ts';
import { mentions } from './compose-references.ts';
import type { ResolvedStack } from './resolve-stack.ts';

const COMPOSE_VERSION = '3.9';
/** What Docker's YAML reader refuses though JSON may hold it (yaml.org/spec/1.1, 5.1), and line ends of YAML. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * A compose file of some of a stack's services and what these need, for `docker stack deploy`: JSON, which is YAML, with
 * nothing left to be replaced, read or looked up. Configs and secrets are there already.
 */
export function writeCompose(stack: ResolvedStack, names: ReadonlySet<string>): string {
  const chosen = [...stack.services].filter(([name]) => names.has(name));
  const definitions = chosen.map(([, { definition }]) => definition);
  const networks = [...stack.networks].filter(([name]) =>
    chosen.some(([, service]) => service.networks.includes(name)),
  );
  const volumes = Object.entries(stack.volumes).filter(([name]) =>
    definitions.some((definition) => mentions(definition['volumes'], name)),
  );
  const compose = {
    version: COMPOSE_VERSION,
    services: Object.fromEntries(chosen.map(([name, { definition }]) => [name, definition])),
    networks: Object.fromEntries(networks.map(([name, { definition }]) => [name, definition])),
    volumes: Object.fromEntries(volumes),
    configs: filesOf('configs', stack, definitions),
    secrets: filesOf('secrets', stack, definitions),
  };
  return JSON.stringify(escapeVariables(compose)).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function filesOf(
  section: 'configs' | 'secrets',
  { files }: ResolvedStack,
  definitions: readonly Mapping[],
): Mapping {
  const used = files.filter(
    (file) => file.section === section && definitions.some((one) => mentions(one[section], file.name)),
  );
  return Object.fromEntries(used.map(({ name, fullName }) => [name, { external: true, name: fullName }]));
}

/** What was replaced stays as it is. Only values are read by Docker again. */
function escapeVariables(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escapeVariables);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeVariables(item)]));
}
