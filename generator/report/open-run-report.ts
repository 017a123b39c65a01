import type { ComponentId } from '../model/component.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';
import { createLiveView } from './live-view.ts';
import type { Output } from './output.ts';
import { createPlainLog } from './plain-log.ts';
import { createRunRecord } from './run-record.ts';
import type { RunRecord } from './run-record.ts';
import { renderCounts, renderFailures } from './run-summary.ts';

/** What a person sees of a run while it goes on and at its end. */
export interface RunReport extends Reporter {
  readonly ends: RunRecord['ends'];
  /** Takes the view down and says how it ended: failures on stderr; the counts on stdout, but not under `--json`. */
  close: () => void;
  /** Takes the view down and says nothing: the run was refused, and the error says why. */
  takeDown: () => void;
}

export interface RunReportOptions {
  clock: Pick<Clock, 'now'>;
  /** How many components are touched. */
  total: number;
  /** How many are kept. */
  kept: number;
  /** Where a component's whole log is, if it has one. */
  logOf?: (id: ComponentId) => string | undefined;
}

/** A live view on a terminal, else a line for each event. */
export function openRunReport(output: Output, { clock, total, kept, logOf }: RunReportOptions): RunReport {
  const started = clock.now();
  const record = createRunRecord();
  const view =
    output.terminal && !output.json
      ? createLiveView(output.terminal, output.noteColors, { clock, total })
      : undefined;
  const shown = view ?? createPlainLog(output);
  return {
    ends: record.ends,
    emit: (event) => {
      record.emit(event);
      shown.emit(event);
    },
    takeDown: () => view?.close(),
    close: () => {
      view?.close();
      const failures = renderFailures(record.ends, {
        colors: output.noteColors,
        ...(logOf ? { logOf } : {}),
      });
      if (failures !== '') output.warn(failures);
      const seconds = (clock.now() - started) / 1000;
      if (!output.json) output.print(renderCounts(record.ends, { kept, seconds }));
    },
  };
}
