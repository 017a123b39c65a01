/** Who made something temporary: names of folders, containers and local images carry it, so that leftovers are known. */
export interface RunStamp {
  /** Differs after each start of a machine, and between machines: 12 hexadecimal digits. */
  boot: string;
  pid: number;
  /** Seconds since 1970. */
  started: number;
}

/** A run of another machine (or of an earlier start of this one) is not waited for any longer than this. */
const FOREIGN_SECONDS = 24 * 60 * 60;
const STAMP = /(?:^|[^0-9a-z])([0-9a-f]{12})-(\d{1,10})-(\d{1,12})(?![0-9a-z])/;

/** `<boot>-<pid>-<seconds>`; valid in a tag, a folder's and a container's name. */
export function formatStamp({ boot, pid, started }: RunStamp): string {
  return `${boot}-${pid}-${started}`;
}

/** Finds a stamp in a name. @returns undefined where it holds none */
export function findStamp(name: string): RunStamp | undefined {
  const match = STAMP.exec(name);
  return match ? { boot: match[1]!, pid: Number(match[2]), started: Number(match[3]) } : undefined;
}

/**
 * True where nobody will come back for what the stamped run left. What bears no stamp is nobody's of ours: false.
 * @param here this machine's boot, which of its processes live, and the time in seconds since 1970
 * @param place `machine`: only this machine's runs can have made it, e.g. a temporary folder
 */
export function isLeftBehind(
  name: string,
  here: { boot: string; isAlive: (pid: number) => boolean; now: number },
  place: 'machine' | 'shared',
): boolean {
  const stamp = findStamp(name);
  if (!stamp) return false;
  if (stamp.boot === here.boot) return !here.isAlive(stamp.pid);
  return place === 'machine' || here.now - stamp.started > FOREIGN_SECONDS;
}
