import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformWorld } from './platform-world.ts';

/** One build, as Jenkins' remote API has it. */
export interface JenkinsBuild {
  number: number;
  building: boolean;
  result: string | null;
  description: string | null;
  /** Of its whole console. */
  log: string;
}

/** Asks the controller from inside its container, as its user `millrace`; the password is in no list of processes. */
export interface JenkinsJobs {
  get: <T>(path: string) => Promise<T>;
  /** Of the folder `deliver`, by number. */
  builds: (job: string) => Promise<Omit<JenkinsBuild, 'log'>[]>;
  /** Starts a job of the folder `deliver`, and waits for its build. */
  run: (job: string) => Promise<JenkinsBuild>;
  /** Of an agent: by what it is named. */
  online: () => Promise<Record<string, boolean>>;
}

const CURL = `
user() { printf 'user = "millrace:%s"\\n' "$(cat /run/secrets/jenkins_service_password)"; }
ask() { curl --silent --show-error --fail --config <(user) "$@"; }
at=http://127.0.0.1:8080`;
const GET = `${CURL}
ask "$at$1"`;
const POST = `${CURL}
jar=$(mktemp) && trap 'rm -f "$jar"' EXIT
crumb=$(ask --cookie-jar "$jar" "$at/crumbIssuer/api/json" | jq -r .crumb)
ask --cookie "$jar" --header "Jenkins-Crumb: $crumb" --request POST --dump-header - "$at$1"`;
const PATIENCE = 600_000;

export function askJenkins({ insideService }: Pick<PlatformWorld, 'insideService'>): JenkinsJobs {
  const call = (script: string, path: string): Promise<string> =>
    insideService('jenkins_controller', ['bash', '-c', script, 'ask', path]);
  const get = async <T>(path: string): Promise<T> => JSON.parse(await call(GET, path)) as T;
  const at = (job: string): string => `/job/platform/job/deliver/job/${job}`;
  const builds: JenkinsJobs['builds'] = async (job) =>
    (await get<{ builds: JenkinsBuild[] }>(`${at(job)}/api/json`)).builds;
  return {
    get,
    builds,
    run: async (job) => {
      const before = (await builds(job))[0]?.number ?? 0;
      await call(POST, `${at(job)}/build`);
      for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(1_000)) {
        // The controller may be replaced by what it does.
        const [newest] = await builds(job).catch(() => []);
        if (newest === undefined || newest.number <= before || newest.building) continue;
        const log = await call(GET, `${at(job)}/${newest.number}/consoleText`).catch(() => undefined);
        if (log !== undefined) return { ...newest, log };
      }
      throw new Error(`${job} did not end in time`);
    },
    online: async () => {
      const { computer } = await get<{ computer: { displayName: string; offline: boolean }[] }>(
        '/computer/api/json',
      );
      return Object.fromEntries(computer.map(({ displayName, offline }) => [displayName, !offline]));
    },
  };
}
