export interface Position {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units as editors count. */
  column: number;
}

/**
 * Indexes the lines of a text once, so that each question costs a binary search. `\r\n`, `\n` and a lone `\r`
 * end a line, as in YAML (YAML 1.2.2, section 5.4).
 * @returns line and column of an offset; one beyond the end is taken for the end
 */
export function indexLines(source: string): (offset: number) => Position {
  const starts = [0];
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 10 || (code === 13 && source.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return (offset) => {
    const wanted = Math.max(0, Math.min(offset, source.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= wanted) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: wanted - starts[low]! + 1 };
  };
}
