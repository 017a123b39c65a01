/** One thing that is wrong in a file, as a person and as a program read it. */
export interface Problem {
  /** Path relative to the repository, with forward slashes. */
  file: string;
  /** 1-based; both are 1 where the file as a whole is meant. */
  line: number;
  column: number;
  /** Where in the document, e.g. `images.api.context`; empty for the whole file. */
  path: string;
  /** What was expected and what was found, one line. */
  message: string;
  /** What to do about it, one line; empty where there is nothing to add. */
  hint: string;
}

/** `project.yaml:3:5  images.api: what is wrong; hint`, the one line that a person gets for a problem. */
export function formatProblem(problem: Problem): string {
  const where = problem.path === '' ? '' : `${problem.path}: `;
  const hint = problem.hint === '' ? '' : `; ${problem.hint}`;
  return `${showControls(problem.file)}:${problem.line}:${problem.column}  ${showControls(`${where}${problem.message}${hint}`)}`;
}

/** Control characters and bidi overrides in a message would move a terminal's cursor or reorder its line. */
export function showControls(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** In the order of a reader: by file, line and column. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.path, b.path),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
