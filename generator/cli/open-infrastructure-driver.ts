import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCloudResources } from '../adapters/ec2/cloud-resources.ts';
import { createCloudRoles } from '../adapters/ec2/cloud-roles.ts';
import { findGitFolder } from '../adapters/git/find-git-folder.ts';
import { endMarked } from '../adapters/end-marked.ts';
import { createRunHost } from '../adapters/run-host.ts';
import { createClusterNodes } from '../drivers/infrastructure/cluster-nodes.ts';
import { createInfrastructureDriver } from '../drivers/infrastructure/infrastructure-driver.ts';
import type { InfrastructureDriver } from '../drivers/infrastructure/infrastructure-driver.ts';
import type { InfrastructureTools } from '../drivers/infrastructure/infrastructure-tools.ts';
import type { CloudResources } from '../ports/cloud-resources.ts';
import type { ClusterNodes } from '../ports/cluster-nodes.ts';
import type { OpenedCommit } from './open-commit.ts';
import type { WorldSettings } from './open-world.ts';

/** What infrastructures need besides; all of it may be absent where nothing asks for it. */
export interface InfrastructureSettings extends WorldSettings {
  /** Folder of project.yaml; the current one by default. */
  root?: string;
  /** For inventories, and for what the project no longer has. */
  opened?: Pick<OpenedCommit, 'load' | 'loadAt' | 'repository'>;
  /** The Swarms of inventories. */
  swarms?: InfrastructureTools['swarms'];
  swarmLockPlace?: InfrastructureTools['swarmLockPlace'];
}

export function openInfrastructureDriver(settings: InfrastructureSettings): InfrastructureDriver {
  const {
    project,
    env,
    clock,
    processes,
    note,
    root = process.cwd(),
    opened,
    swarms,
    swarmLockPlace,
  } = settings;
  const cloud = openCloud(settings);
  return createInfrastructureDriver({
    ...(cloud ? { cloud, roles: createCloudRoles(project.aws!.region) } : {}),
    ...(swarms ? { swarms } : {}),
    ...(swarmLockPlace ? { swarmLockPlace } : {}),
    ...(opened ? { loadAt: opened.loadAt } : {}),
    processes,
    clock,
    host: createRunHost(),
    endMarked,
    environment: env,
    knownHosts: knownHostsFile(root, project.project),
    note,
  });
}

/** Where the machines of infrastructures are. */
export function openClusterNodes(settings: InfrastructureSettings): ClusterNodes {
  const { project, env, processes, opened } = settings;
  const cloud = openCloud(settings);
  const commit = (): NonNullable<typeof opened> => {
    if (!opened) throw new Error('the commit that inventories are read from is not at hand');
    return opened;
  };
  return createClusterNodes({
    project,
    ...(cloud ? { cloud } : {}),
    processes,
    environment: env,
    loadSource: async () => (await commit().load()).source,
    withExport: async (entries, use) => {
      const folder = await mkdtemp(join(tmpdir(), `millrace-${settings.run.stamp}-inventory-`));
      try {
        const target = join(folder, 'export');
        await commit().repository.exportFiles(entries, target);
        return await use(target);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  });
}

/** The host keys of a project's machines; in the git directory, which all worktrees share. */
export function knownHostsFile(root: string, project: string): string {
  return join(findGitFolder({ folder: root }) ?? root, 'millrace', `known_hosts.${project}`);
}

const clouds = new WeakMap<object, CloudResources>();

/** One for all who ask with the same project: its clients are loaded and connected once. */
export function openCloud({ project }: Pick<WorldSettings, 'project'>): CloudResources | undefined {
  if (!project.aws) return undefined;
  const known = clouds.get(project) ?? createCloudResources(project.aws.region);
  clouds.set(project, known);
  return known;
}
