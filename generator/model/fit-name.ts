import { createHash } from 'node:crypto';

/** Of a config or a secret (moby/swarmkit, manager/controlapi/config.go). */
const MAX_FILE = 64;

/** `base-suffix`; where that is too long for a Swarm, a digest of the base stands for its end. */
export function fitName(base: string, suffix: string): string {
  const name = `${base}-${suffix}`;
  if (name.length <= MAX_FILE) return name;
  const digest = createHash('sha256').update(base).digest('hex').slice(0, 12);
  return `${base.slice(0, MAX_FILE - 14 - suffix.length)}-${digest}-${suffix}`;
}

/** Whether a Swarm takes it as the name of a config or a secret. */
export function isFileName(name: string): boolean {
  return name.length <= MAX_FILE && /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(name);
}
