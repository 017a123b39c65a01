import { createProcesses } from '../../adapters/processes.ts';
import { UserError } from '../../model/user-error.ts';

const processes = createProcesses();

/**
 * Runs a program of this machine to its end, such as `ip`.
 * @param input what it reads
 * @returns what it printed
 * @throws UserError LAB_PART with its own first line where it fails
 */
export async function runTool(file: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await processes.run({
    file,
    args,
    ...(input === undefined ? {} : { input }),
  });
  if (code === 0) return stdout;
  const said = stderr.trim().split('\n')[0] || `it ended with ${code}`;
  throw new UserError('LAB_PART', `the lab needs \`${[file, ...args].join(' ')}\`, which failed: ${said}`);
}

/** The same where failing is fine: what is to be removed may be gone. @returns whether it did what it was told */
export async function tryTool(file: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await processes.run({ file, args })).code === 0;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
