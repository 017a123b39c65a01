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
  /** Where something may be drawn and redrawn: stderr, where it is a terminal, and neither dumb nor under `--quiet`. */
  readonly terminal?: Terminal;
  /** A line (or lines) of the result. */
  print(text: string): void;
  /** A line beside the result: progress, hints; silent under `--quiet`. */
  note(text: string): void;
  /** A line that is shown under `--quiet` too: what went wrong. */
  warn(text: string): void;
  /** What people are told of a failure beside what `warn` shows; absent where nobody is. */
  tell?(text: string): void;
}

/** A terminal that moves its cursor. What is written beside a drawing erases it first and has it redrawn. */
export interface Terminal {
  /** As they are now; people resize their windows. */
  size: () => { columns: number; rows: number };
  /** Writes as it is, escape sequences included. */
  write: (text: string) => void;
  /** The drawing that stands at the bottom, if any. */
  drawing?: { erase: () => void; redraw: () => void };
}

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/**
 * @param streams where to write; each has colours where it is a terminal itself, unless NO_COLOR (any text but an
 * empty one, https://no-color.org) or TERM=dumb forbids them; FORCE_COLOR asks for them anywhere but under NO_COLOR
 */
export function createOutput(
  streams: { stdout: Stream; stderr: Stream },
  settings: { json: boolean; quiet: boolean; env: Readonly<Record<string, string | undefined>> },
): Output {
  const { env, quiet } = settings;
  const colorsFor = (stream: Stream): Colors => pc.createColors(hasColors(stream, env));
  const terminal = quiet ? undefined : terminalOf(streams.stderr, env);
  const writeBeside = (stream: Stream, text: string): void => {
    terminal?.drawing?.erase();
    stream.write(`${text}\n`);
    terminal?.drawing?.redraw();
  };
  return {
    json: settings.json,
    colors: colorsFor(streams.stdout),
    noteColors: colorsFor(streams.stderr),
    width: streams.stdout.columns ?? 100,
    ...(terminal ? { terminal } : {}),
    print: (text) => writeBeside(streams.stdout, text),
    note: (text) => {
      if (!quiet) writeBeside(streams.stderr, text);
    },
    warn: (text) => writeBeside(streams.stderr, text),
  };
}

function terminalOf(stream: Stream, env: Readonly<Record<string, string | undefined>>): Terminal | undefined {
  if (stream.isTTY !== true || env['TERM'] === 'dumb') return undefined;
  return {
    // Some terminals say 0 until they know.
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }),
    write: (text) => void stream.write(text),
  };
}

function hasColors(stream: Stream, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0';
  return forced || (stream.isTTY === true && env['TERM'] !== 'dumb');
}
