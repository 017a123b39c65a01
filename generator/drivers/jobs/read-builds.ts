import type { JenkinsServer } from '../../ports/jenkins.ts';

/** A build as Jenkins' API has it, as far as it is asked. */
export interface JenkinsBuild {
  number: number;
  building: boolean;
  /** `SUCCESS`, `UNSTABLE`, `FAILURE`, `ABORTED`, `NOT_BUILT`; absent while it runs. */
  result?: string;
  description?: string;
  /** Milliseconds since 1970. */
  timestamp?: number;
  /** The commit that it checked out; absent where Jenkins does not say. */
  commit?: string;
}

interface RawBuild {
  number: number;
  building?: boolean | null;
  result?: string | null;
  description?: string | null;
  timestamp?: number | null;
  actions?: readonly ({ lastBuiltRevision?: { SHA1?: string } | null } | null)[] | null;
}

/** The fields above in Jenkins' own notation (`tree=`). */
export const BUILD_FIELDS =
  'number,building,result,description,timestamp,actions[lastBuiltRevision[SHA1]]' as const;

/** @param raw what `tree=` with BUILD_FIELDS, or a part of them, gave */
export function readBuild(raw: unknown): JenkinsBuild | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { number, building, result, description, timestamp, actions } = raw as RawBuild;
  const commit = (actions ?? []).map((one) => one?.lastBuiltRevision?.SHA1).find((oid) => oid !== undefined);
  return {
    number,
    building: building === true,
    ...(typeof result === 'string' ? { result } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof timestamp === 'number' ? { timestamp } : {}),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** Jenkins counts a build with warnings among the successful ones. */
export function isSuccess({ result }: Pick<JenkinsBuild, 'result'>): boolean {
  return result === 'SUCCESS' || result === 'UNSTABLE';
}

/** @returns undefined where there is no such build */
export async function findBuild(
  { get }: Pick<JenkinsServer, 'get'>,
  job: string,
  number: number,
): Promise<JenkinsBuild | undefined> {
  return readBuild(await get(`${job}/${number}/api/json?tree=${BUILD_FIELDS}`));
}
