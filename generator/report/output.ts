import pc from 'picocolors';

type Colors = ReturnType<typeof pc.createColors>;

/** The one way to a terminal or a log: results on stdout, everything else on stderr. */
export interface Output {
  /** True where `--json` asks for one document on stdout. */
  readonly json: boolean;
  readonly colors: Colors;
  /** Columns of the terminal, 100 where there is none. */
  readonly width: number;
  /** A line (or lines) of the result. */
  print(text: string): void;
  /** A line beside the result: progress, hints; silent under `--quiet`. */
  note(text: string): void;
  /** A line that is shown under `--quiet` too: what went wrong. */
  warn(text: string): void;
}

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/**
 * @param streams where to write; colours only on a terminal, and never with NO_COLOR or TERM=dumb
 */
export function createOutput(
  streams: { stdout: Stream; stderr: Stream },
  settings: { json: boolean; quiet: boolean; env: Readonly<Record<string, string | undefined>> },
): Output {
  const { env } = settings;
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb' || streams.stdout.isTTY !== true;
  const forced =
    (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0' && (env['NO_COLOR'] ?? '') === '';
  return {
    json: settings.json,
    colors: pc.createColors(forced || !plain),
    width: streams.stdout.columns ?? 100,
    print: (text) => void streams.stdout.write(`${text}\n`),
    note: (text) => {
      if (!settings.quiet) streams.stderr.write(`${text}\n`);
    },
    warn: (text) => void streams.stderr.write(`${text}\n`),
  };
}
