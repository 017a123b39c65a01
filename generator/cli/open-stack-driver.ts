import { logIn } from '../adapters/docker/registry-login.ts';
import { probeUrl } from '../adapters/engine/probe-url.ts';
import { createSwarmLock } from '../adapters/engine/swarm-lock.ts';
import type { Driver } from '../drivers/driver.ts';
import { registryOf } from '../drivers/image/registry-place.ts';
import { createStackDriver } from '../drivers/stack/stack-driver.ts';
import type { Swarms } from '../ports/engine.ts';
import type { Jenkinses } from '../ports/jenkins.ts';
import type { WorldSettings } from './open-world.ts';
import { readMirrorRules } from './read-mirror-rules.ts';

/** @throws UserError INVALID_MIRRORS */
export async function openStackDriver(
  settings: WorldSettings & { swarms: Swarms; jenkinses?: Jenkinses },
): Promise<Driver> {
  const { project, env, clock, processes, run, note, swarms, jenkinses } = settings;
  const place = registryOf(project, env);
  const domains = [...new Set([place.read, place.write].map((address) => address.split('/', 1)[0]!))];
  return createStackDriver({
    swarms,
    ...(jenkinses ? { jenkinses } : {}),
    processes,
    clock,
    registry: place.read,
    mirrors: await readMirrorRules(project, env),
    withoutIpvs: (env['MILLRACE_LAB_NO_IPVS'] ?? '') !== '',
    logIn: () => logIn(env, domains, run.stamp),
    probe: probeUrl,
    openLock: createSwarmLock,
    note,
  });
}
