import { shorten } from '../model/shorten.ts';

/** Without regard to case, as in docker/cli; `$X-d` without braces takes a default too, which is Docker's. */
const VARIABLE = /\$(?:(\$)|([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)|\{([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)\})?/gi;

export interface Interpolation {
  text: string;
  /** What is empty because nobody gave it a value. */
  unset: string[];
}

/**
 * Replaces the variables of a stack file's value as `docker stack deploy` does (docker/cli,
 * cli/compose/template): `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:?error}`, `${X?error}`, and `$$`
 * for a dollar. Compose's `${X:+…}` and nested defaults are none of it.
 * @returns the text, or `{ error }`, one line
 */
export function interpolate(
  template: string,
  variables: Readonly<Record<string, string>>,
): Interpolation | { error: string } {
  const unset: string[] = [];
  const pieces: string[] = [];
  let end = 0;
  for (const match of template.matchAll(VARIABLE)) {
    const [all, escaped, named, braced] = match;
    pieces.push(template.slice(end, match.index));
    end = match.index + all.length;
    if (escaped !== undefined) {
      pieces.push('$');
      continue;
    }
    const substitution = named ?? braced;
    const shown = JSON.stringify(shorten(template));
    // The first mistake ends it: looking on would take quadratic time where no brace is closed.
    if (substitution === undefined)
      return { error: `a "$" that begins no variable in ${shown}; write $$ for a dollar` };
    const result = substitute(substitution, variables);
    if (result.error !== undefined) return { error: result.error };
    if (result.unset !== undefined) unset.push(result.unset);
    pieces.push(result.text);
  }
  return { text: pieces.join('') + template.slice(end), unset };
}

/** Docker looks for its operators in this order, wherever they stand in the substitution. */
function substitute(
  substitution: string,
  variables: Readonly<Record<string, string>>,
): { text: string; unset?: string; error?: string } {
  for (const operator of [':-', '-', ':?', '?']) {
    const at = substitution.indexOf(operator);
    if (at === -1) continue;
    const name = substitution.slice(0, at);
    const word = substitution.slice(at + operator.length);
    const value = Object.hasOwn(variables, name) ? variables[name]! : undefined;
    const present = value !== undefined && !(operator.startsWith(':') && value === '');
    if (present) return { text: value };
    if (operator.endsWith('-')) return { text: word };
    return { text: '', error: `the variable ${name} has no value${word === '' ? '' : `: ${shorten(word)}`}` };
  }
  const value = Object.hasOwn(variables, substitution) ? variables[substitution] : undefined;
  return value === undefined ? { text: '', unset: substitution } : { text: value };
}
