import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpTransport } from '../../generator/adapters/jenkins/http-transport.ts';
import { createJenkinsServer } from '../../generator/adapters/jenkins/jenkins-server.ts';
import type { UserError } from '../../generator/model/user-error.ts';
import type { Clock } from '../../generator/ports/clock.ts';
import type { Jenkinses } from '../../generator/ports/jenkins.ts';
import { FAKE_PASSWORD, startFakeJenkins } from './fake-jenkins.ts';
import type { FakeJenkins } from './fake-jenkins.ts';
import { createHurriedClock } from './hurried-clock.ts';

/** The stand-in for a Jenkins, and the way to it over HTTP, on a clock without waiting. */
export interface JenkinsWorld {
  fake: FakeJenkins;
  jenkins: Jenkinses;
  clock: Clock;
  /** Whether a controller is there; true at first. */
  isThere: boolean;
  /** What looking for it ends with, each once. */
  failures: UserError[];
  stop: () => Promise<void>;
}

export async function openJenkinsWorld(): Promise<JenkinsWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, FAKE_PASSWORD);
  const fake = await startFakeJenkins();
  const clock = createHurriedClock();
  const server = createJenkinsServer(createHttpTransport({ base: fake.address, passwordFile }), clock);
  const world: JenkinsWorld = {
    fake,
    clock,
    isThere: true,
    failures: [],
    jenkins: {
      find: () => {
        const failure = world.failures.shift();
        if (failure) return Promise.reject(failure);
        return Promise.resolve(world.isThere ? server : undefined);
      },
    },
    stop: async () => {
      await fake.stop();
      rmSync(folder, { recursive: true });
    },
  };
  return world;
}
