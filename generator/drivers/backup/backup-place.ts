import { UserError } from '../../model/user-error.ts';

/** What a backup says of itself; it is there only when its archive is whole. */
export interface Manifest {
  version: 1;
  project: string;
  /** ISO 8601. */
  time: string;
  /** Of the controller, by digest. */
  image: string;
  /** Of the archive. */
  bytes: number;
  sha256: string;
  /** Of JENKINS_HOME, with what was left out. */
  kibibytes: number;
}

/** A place that keeps backups. Archives go from and to the node that has JENKINS_HOME, as `packedFile(id)` in its folder. */
export interface BackupPlace {
  /** For a person. */
  name: string;
  /** Names of whole backups, oldest first. */
  list: () => Promise<string[]>;
  read: (name: string) => Promise<Manifest>;
  /** The archive, then its manifest, each whole or not at all. */
  put: (name: string, id: string, manifest: Manifest) => Promise<void>;
  fetch: (name: string, id: string) => Promise<void>;
  remove: (name: string) => Promise<void>;
}

export function packedFile(id: string): string {
  return `.millrace-backup-${id}.tar.gz`;
}

/** Names sort by time. @param id 17 digits of it */
export function backupName(project: string, id: string): string {
  return `${project}-jenkins-${id}`;
}

/** @param files names in a place @returns backups of this project, oldest first */
export function backupsAmong(files: readonly string[], project: string): string[] {
  return files
    .filter((file) => file.startsWith(`${project}-jenkins-`) && /-[0-9]{17}\.json$/.test(file))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** @throws UserError BAD_BACKUP */
export function readManifest(name: string, text: string): Manifest {
  try {
    const read = JSON.parse(text) as Manifest;
    if ((read.version as number) === 1 && /^[0-9a-f]{64}$/.test(read.sha256)) return read;
  } catch {
    // Told below.
  }
  throw new UserError(
    'BAD_BACKUP',
    `the manifest of ${name} is none of this version's; take another backup: --backup NAME`,
  );
}
