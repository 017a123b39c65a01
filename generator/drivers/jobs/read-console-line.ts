/** What a line of a pipeline's console says to a person: a stage that begins, or what was printed. */
export type ConsoleLine = { stage: string } | { text: string };

/** The plugin Timestamper begins the lines of a pipeline with `timestamps()` so. */
const TIME = /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] /;
const STAGE = /^\[Pipeline\] \{ \((.+)\)$/;
/** Steps that begin and end. */
const STEP = /^\[Pipeline\] /;

/** @returns undefined for what only tells how the pipeline is made */
export function readConsoleLine(line: string): ConsoleLine | undefined {
  const text = line.replace(TIME, '');
  const stage = STAGE.exec(text)?.[1];
  if (stage !== undefined) return { stage: stage.replace(/^Branch: /, '') };
  return STEP.test(text) ? undefined : { text };
}
