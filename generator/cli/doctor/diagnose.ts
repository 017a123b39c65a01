import type { Finding } from '../../report/finding-table.ts';
import { checkAnsible } from './check-ansible.ts';
import { checkAws } from './check-aws.ts';
import { checkDocker, checkLocalSwarm } from './check-docker.ts';
import { checkKeys } from './check-keys.ts';
import { checkMemory } from './check-memory.ts';
import { checkNetwork } from './check-network.ts';
import { checkPacker } from './check-packer.ts';
import { checkPrograms } from './check-programs.ts';
import { checkProject } from './check-project.ts';
import { checkQuota } from './check-quota.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkTrust } from './check-trust.ts';
import { warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';

/** In the order in which they are told. */
const CHECKS: Readonly<Record<string, Check>> = {
  programs: checkPrograms,
  docker: checkDocker,
  swarm: checkLocalSwarm,
  packer: checkPacker,
  ansible: checkAnsible,
  'ssh key': checkKeys,
  aws: checkAws,
  quota: checkQuota,
  memory: checkMemory,
  network: checkNetwork,
  project: checkProject,
  secrets: checkSecrets,
  trust: checkTrust,
};

/** All of them together. */
const MAX_MILLISECONDS = 8_000;

/**
 * What this machine lacks for a project. Everything is looked at at once, nothing is changed, and what does not answer in
 * time is told as not looked at.
 */
export async function diagnose(
  context: DoctorContext,
  milliseconds: number = MAX_MILLISECONDS,
): Promise<Finding[]> {
  const found = Object.entries(CHECKS).map(([name, check]) => {
    const late = [warning(name, `did not answer within ${milliseconds / 1000} s, and was not looked at`)];
    return within(check(context), milliseconds, late);
  });
  return (await Promise.all(found)).flat();
}

async function within<Value>(work: Promise<Value>, milliseconds: number, late: Value): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<Value>((resolve) => {
    timer = setTimeout(() => resolve(late), milliseconds);
  });
  // What comes after its time is nobody's any more, its failure neither.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
