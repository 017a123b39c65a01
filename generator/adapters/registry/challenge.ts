/** What an answer 401 asks for. */
export type Challenge =
  | { scheme: 'basic' }
  /** RFC 6750 as the registry's token authentication uses it (distribution, docs/spec/auth/token.md). */
  | { scheme: 'bearer'; realm: string; service?: string; scope?: string };

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(`^\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))\\s*(?:,|$)`);
const SCHEME = new RegExp(`^[\\s,]*(${TOKEN})(?:\\s+|$|,)`);

/**
 * Reads a WWW-Authenticate header (RFC 9110, section 11.6.1), several challenges included.
 * @returns the strongest that is known here; the names of the others where none is
 */
export function readChallenge(header: string | null): Challenge | { unknown: string[] } {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  let rest = header ?? '';
  while (rest !== '') {
    const parameter = found.length > 0 ? PARAMETER.exec(rest) : null;
    if (parameter) {
      const [whole, name = '', quoted, plain = ''] = parameter;
      found.at(-1)!.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
      rest = rest.slice(whole.length);
      continue;
    }
    const scheme = SCHEME.exec(rest);
    if (!scheme) break;
    found.push({ scheme: scheme[1]!.toLowerCase(), parameters: new Map() });
    rest = rest.slice(scheme[0].length);
  }
  const bearer = found.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
  if (bearer) {
    const service = bearer.parameters.get('service');
    const scope = bearer.parameters.get('scope');
    return {
      scheme: 'bearer',
      realm: bearer.parameters.get('realm')!,
      ...(service === undefined ? {} : { service }),
      ...(scope === undefined ? {} : { scope }),
    };
  }
  if (found.some(({ scheme }) => scheme === 'basic')) return { scheme: 'basic' };
  return { unknown: found.map(({ scheme }) => scheme) };
}
