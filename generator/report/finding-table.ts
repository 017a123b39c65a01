import { cleanLine } from './clean-line.ts';
import type { Output } from './output.ts';

/** One thing that was looked at on this machine, as `doctor --json` prints it. */
export interface Finding {
  /** Of what: `git`, `docker`, `aws`, … */
  check: string;
  /** `missing`: without it something of the project cannot be done; `warning`: it can, but look at it. */
  state: 'ok' | 'missing' | 'warning';
  message: string;
  /** What to do. */
  fix?: string;
}

const GROUPS = ['missing', 'warning', 'ok'] as const;

/** What is missing comes last: it is nearest to where the next command is typed. */
export function renderFindings(findings: readonly Finding[], { colors }: Pick<Output, 'colors'>): string {
  const signs = { ok: colors.green('✓'), warning: colors.yellow('!'), missing: colors.red('✗') };
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const groups = [...GROUPS].reverse().map((state) =>
    findings
      .filter((one) => one.state === state)
      .map(({ check, message, fix }) => {
        const text = cleanLine(fix === undefined ? message : `${message}; ${fix}`);
        return `${signs[state]} ${check.padEnd(width)}  ${text}`;
      }),
  );
  return groups
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}
