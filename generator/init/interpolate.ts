export type Variables = Readonly<Record<string, string>>;

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`. */
const REFERENCE = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^{}]*))?\})/g;

/**
 * Fills variables in as Compose does.
 * Source of the syntax: https://docs.docker.com/reference/compose-file/interpolation/
 * @returns undefined where a variable has neither a value nor a default
 */
export function interpolate(text: string, variables: Variables): string | undefined {
  let missing = false;
  const filled = text.replace(REFERENCE, (_, dollar, plain, braced, operator, word) => {
    if (dollar !== undefined) return '$';
    const name = (plain ?? braced) as string;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (operator === '+' || operator === ':+') return value ? (word as string) : '';
    if (value !== undefined && (value !== '' || !String(operator).startsWith(':'))) return value;
    if (operator === '-' || operator === ':-') return word as string;
    missing = true;
    return '';
  });
  return missing || filled.includes('${') ? undefined : filled;
}

/** The variables of a `.env` file; a value may use those above it. */
export function readEnvironmentFile(text: string): Variables {
  const variables: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!found) continue;
    const quoted = /^(["'])(.*)\1$/.exec(found[2]!);
    const value = quoted ? quoted[2]! : found[2]!.replace(/\s+#.*$/, '');
    variables[found[1]!] = quoted?.[1] === "'" ? value : (interpolate(value, variables) ?? value);
  }
  return variables;
}
