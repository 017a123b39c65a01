import { isMapping } from '../../load/merge-keys.ts';
import { UserError } from '../../model/user-error.ts';

export interface EnvironmentSources {
  service: string;
  /** Of the files that the stack file names. @throws UserError where there is none */
  readFile: (path: string) => Uint8Array;
  /** What a name without a value stands for; the environment of this process is not asked. */
  variables: Readonly<Record<string, string>>;
}

/**
 * The environment of a service: that of its `env_file`, then its own `environment`, both as docker/cli reads them
 * (opts/file.go: `NAME=value` to the end of the line, without quotes and escapes).
 */
export function readEnvironment(
  { env_file: files, environment }: Readonly<Record<string, unknown>>,
  sources: EnvironmentSources,
): Record<string, unknown> {
  const paths = (Array.isArray(files) ? files : [files]).flatMap((item: unknown) => {
    const path = isMapping(item) ? item['path'] : item;
    return typeof path === 'string' ? [path] : [];
  });
  const found = new Map<string, unknown>();
  for (const path of paths) {
    for (const line of linesOf(sources.readFile(path))) add(found, line, sources, path);
  }
  if (Array.isArray(environment)) for (const line of environment) add(found, String(line), sources);
  else if (isMapping(environment)) {
    for (const [name, value] of Object.entries(environment)) {
      if (value !== null) found.set(name, value);
      else add(found, name, sources);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Labels, as a list of `name=value` or a mapping. */
export function readLabels(labels: unknown): Record<string, unknown> {
  if (isMapping(labels)) return { ...labels };
  if (!Array.isArray(labels)) return {};
  return Object.fromEntries(
    labels.map((item) => splitOnce(String(item))).map(([name, value = '']) => [name, value]),
  );
}

function add(
  found: Map<string, unknown>,
  line: string,
  { service, variables }: EnvironmentSources,
  file?: string,
): void {
  const [name, value = Object.hasOwn(variables, name) ? variables[name] : undefined] = splitOnce(line);
  if (name === '' || (file !== undefined && /\s/.test(name))) {
    // Neither name nor value is repeated: the line may be a secret's.
    const where = file ?? 'environment';
    throw new UserError(
      'BAD_STACK',
      `the service ${service}: a line of ${where} is not NAME=value; correct it`,
    );
  }
  if (value === undefined) found.delete(name);
  else found.set(name, value);
}

function linesOf(content: Uint8Array): string[] {
  return new TextDecoder()
    .decode(content)
    .split('\n')
    .map((line) => line.replace(/\r$/, '').trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
