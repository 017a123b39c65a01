import { expandWord } from './dockerfile-words.ts';

/** One `<<NAME` of an instruction; its content runs to a line that is NAME alone. */
export interface Heredoc {
  name: string;
  /** Written `<<-`: tabs before the closing name are ignored. */
  chomp: boolean;
}

/**
 * The heredocs that a RUN, COPY or ADD opens, in order, as moby/buildkit's parser finds them: `3<<EOF`,
 * `<< EOF` and `<<"A B"` are some, `<<<word`, `a<<b` and anything in a quoted string are none. Where the line's
 * quotes do not match there are none either.
 * @param line the whole instruction, continuations joined
 */
export function findHeredocs(line: string): Heredoc[] {
  if (!line.includes('<<')) return [];
  const nothing = (): undefined => undefined;
  // Always a backslash here, whatever the escape directive says.
  const read = expandWord(line, { escape: '\\', lookup: nothing, raw: true });
  if ('error' in read) return [];
  return read.words.flatMap((word) => {
    const match = /^\d*<<(-?)\s*([^<]+)$/.exec(word);
    if (!match) return [];
    const name = expandWord(match[2]!, { escape: '\\', lookup: nothing });
    return 'error' in name || name.words.length !== 1
      ? []
      : [{ name: name.words[0]!, chomp: match[1] === '-' }];
  });
}
