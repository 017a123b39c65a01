import type { ComponentId } from '../model/component.ts';

/** What happens while a plan is carried out. `report/` makes a live view, plain lines or JSON of it. */
export type RunEvent =
  | { type: 'start'; id: ComponentId; action: string }
  /** A phase of a component's work, e.g. `building`, `testing`, `pushing`. */
  | { type: 'phase'; id: ComponentId; phase: string }
  /** A line of a builder's output, without secrets. */
  | { type: 'log'; id: ComponentId; line: string }
  | { type: 'done'; id: ComponentId; outcome: string; seconds: number }
  /** `cause` is one line; `tail` the last lines of the log. */
  | { type: 'failed'; id: ComponentId; cause: string; hint: string; tail: readonly string[]; seconds: number }
  | { type: 'skipped'; id: ComponentId; because: ComponentId }
  | { type: 'cancelled'; id: ComponentId; left: string }
  /** What concerns no single component: a wait, a retry, leftovers that were swept. */
  | { type: 'note'; text: string };

export interface Reporter {
  emit: (event: RunEvent) => void;
}
