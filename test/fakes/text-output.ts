import { createOutput } from '../../generator/report/output.ts';
import type { Output } from '../../generator/report/output.ts';

/** A command's output, remembered as text without colours. */
export interface TextOutput {
  output: Output;
  stdout: () => string;
  stderr: () => string;
}

export function createTextOutput(settings: { json?: boolean } = {}): TextOutput {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => (written[name] += text),
    columns: 120,
  });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  return {
    output: createOutput(streams, { json: settings.json ?? false, quiet: false, env: {} }),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
  };
}
