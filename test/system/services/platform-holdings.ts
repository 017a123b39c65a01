import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { findStamp } from '../../../generator/model/run-stamp.ts';
import { readEc2By } from './ec2-holdings.ts';

/** All that there is of a platform, by names that do not depend on when it was made; sorted. */
export interface PlatformHoldings {
  /** `service NAME` and so on, of the one node and its Swarm. */
  swarm: string[];
  /** Names where they are the project's, else how many. */
  ec2: Record<'images' | 'keys' | 'groups', string[]> & Record<'instances' | 'volumes' | 'snapshots', number>;
  /** Temporary folders of this machine's runs. */
  folders: string[];
  /** Programs that this machine's runs have started. */
  programs: string[];
}

const SORTS = ['service', 'network', 'config', 'secret', 'volume'];
/** As proc(5) has them: cut to 15 characters. */
const STARTED = /^(?:packer|ansible-playboo|docker|ssh|git)$/;

export async function readPlatformHoldings(world: {
  inside: (argv: readonly string[]) => Promise<string>;
  ec2: EC2Client;
  /** Numbers of the processes of all runs. */
  runs: ReadonlySet<number>;
  /** Their $HOME. */
  home: string;
}): Promise<PlatformHoldings> {
  const lists = await Promise.all(
    SORTS.map((sort) => world.inside(['docker', sort, 'ls', '--format', `${sort} {{.Name}}`])),
  );
  const { images, keys, groups, instances, volumes, snapshots } = await readEc2By(world.ec2);
  return {
    // A record is known by how many there were before it.
    swarm: lists
      .flatMap((text) => text.split('\n').filter((line) => line !== ''))
      .map((line) => line.replace(/^(config millrace-.*)-\d+$/, '$1'))
      .sort(),
    ec2: {
      images: images.map(({ name }) => name).sort(),
      // The lock of a run that died while it had deployed infrastructure is a key pair: who deploys there next takes it over.
      keys: keys.filter((name) => !name.startsWith('millrace-lock-')).sort(),
      groups: groups.sort(),
      instances: instances.length,
      volumes: volumes.length,
      snapshots: snapshots.length,
    },
    folders: readdirSync(tmpdir()).filter((name) => world.runs.has(findStamp(name)?.pid ?? 0)),
    programs: readdirSync('/proc').flatMap((pid) => nameOf(pid, `HOME=${world.home}`)),
  };
}

/** Of a process that has a variable. */
function nameOf(pid: string, variable: string): string[] {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (!STARTED.test(name)) return [];
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable) ? [name] : [];
  } catch {
    // It has ended meanwhile, or is no process.
    return [];
  }
}
