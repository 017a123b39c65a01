/**
 * Whether this run is in a lab where instances are entries of the AWS stand-in only, and the one engine at hand stands for
 * every infrastructure's.
 * @param env `MILLRACE_LAB` and `MILLRACE_LAB_MACHINES`, as `--lab` sets them
 */
export function isLabWithoutMachines(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env['MILLRACE_LAB'] ?? '') !== '' && env['MILLRACE_LAB_MACHINES'] !== '1';
}
