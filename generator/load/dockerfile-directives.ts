import { shorten } from '../model/shorten.ts';
import type { DockerfileProblem, Place } from './dockerfile-lines.ts';
import { LEADING_BLANKS } from './dockerfile-word-list.ts';

export interface Directives {
  /** What continues a line and escapes a character: `\\` or a backtick. */
  escape: string;
  /** The frontend's image. */
  syntax?: { text: string } & Place;
  problems: DockerfileProblem[];
}

const DIRECTIVE = /^([a-zA-Z][a-zA-Z0-9]*)\s*=(.*)$/s;

/** Directives stand in the first lines, each once, before any other comment, blank line or instruction. */
export function readDirectives(lines: readonly string[]): Directives {
  const found: Directives = { escape: '\\', problems: [] };
  const seen = new Set<string>();
  // `#!` in the first line hides nothing from whoever looks for `syntax`, but ends the other directives.
  const shebang = lines[0]?.startsWith('#!') === true;
  for (let index = shebang ? 1 : 0; index < lines.length; index++) {
    const comment = lines[index]!.replace(LEADING_BLANKS, '');
    const match = comment.startsWith('#')
      ? DIRECTIVE.exec(comment.slice(1).replace(LEADING_BLANKS, ''))
      : null;
    const name = match?.[1]?.toLowerCase() ?? '';
    const value = match?.[2]?.trim() ?? '';
    if (value === '' || !['syntax', 'escape', 'check'].includes(name)) return found;
    const place = { line: index + 1, column: lines[index]!.lastIndexOf(value) + 1 };
    if (seen.has(name))
      found.problems.push({ ...place, message: `the directive ${name} is given twice`, hint: 'keep one' });
    else if (name === 'syntax') found.syntax = { text: value.split(' ', 1)[0]!, ...place };
    else if (name === 'escape' && !shebang) {
      if (value === '\\' || value === '`') found.escape = value;
      else
        found.problems.push({
          ...place,
          message: `escape=${shorten(value)}`,
          hint: 'expected \\ or a backtick',
        });
    }
    seen.add(name);
  }
  return found;
}
