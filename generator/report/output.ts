import pc from 'picocolors';

type Colors = ReturnType<typeof pc.createColors>;

/** The one way to a terminal or a log: results on stdout, everything else on stderr. */
export interface Output {
  /** True where `--json` asks for one document on stdout. */
  readonly json: boolean;
  /** For what `print` writes. */
  readonly colors: Colors;
  /** For what `note` and `warn` write: one stream may be a terminal and the other a file. */
  readonly noteColors: Colors;
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
 * @param streams where to write; each has colours where it is a terminal itself, unless NO_COLOR (any text but an
 * empty one, https://no-color.org) or TERM=dumb forbids them; FORCE_COLOR asks for them anywhere but under NO_COLOR
 */
export function createOutput(
  streams: { stdout: Stream; stderr: Stream },
  settings: { json: boolean; quiet: boolean; env: Readonly<Record<string, string | undefined>> },
): Output {
  const { env } = settings;
  const colorsFor = (stream: Stream): Colors => pc.createColors(hasColors(stream, env));
  return {
    json: settings.json,
    colors: colorsFor(streams.stdout),
    noteColors: colorsFor(streams.stderr),
    width: streams.stdout.columns ?? 100,
    print: (text) => void streams.stdout.write(`${text}\n`),
    note: (text) => {
      if (!settings.quiet) streams.stderr.write(`${text}\n`);
    },
    warn: (text) => void streams.stderr.write(`${text}\n`),
  };
}

function hasColors(stream: Stream, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0';
  return forced || (stream.isTTY === true && env['TERM'] !== 'dumb');
}
