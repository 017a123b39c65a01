import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `lab up` tells the process that keeps machines in step with the AWS stand-in. */
export interface LabSettings {
  /** Where the stand-in itself answers, `http://127.0.0.1:PORT`. */
  aws: string;
  /** Port of the loopback to listen at. */
  port: number;
  /** Ports of this machine's loopback that every machine of the lab finds at its own. */
  forwarded: number[];
  /** Images of the stand-in that are the base system. */
  sources: string[];
  /** Regions that were spoken to, so that machines are found again. */
  regions: string[];
}

const pathOf = (folder: string): string => join(folder, 'front.json');

export const readLabSettings = (folder: string): LabSettings =>
  JSON.parse(readFileSync(pathOf(folder), 'utf8')) as LabSettings;

export function writeLabSettings(folder: string, settings: LabSettings): void {
  writeFileSync(pathOf(folder), JSON.stringify(settings), { mode: 0o600 });
}
