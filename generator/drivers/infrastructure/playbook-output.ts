/** Follows `ansible-playbook`, whose default callback writes results as JSON of one line (`run-playbook.ts` asks for it). */
export interface PlaybookReader {
  read: (line: string) => void;
  /** Nothing comes any more. */
  end: () => void;
  /** Why it failed, one line. */
  cause: () => string;
}

/** One task that failed on one host. */
interface Failure {
  /** Counts the tasks. */
  at: number;
  task: string;
  host: string;
  item?: string;
  words: string;
}

const FAILURE =
  /^(?:fatal|failed): \[([^\]]*?)(?: -> [^\]]*)?\](?:: (?:FAILED|UNREACHABLE)!)?(?: \(item=(.*?)\))? => (.*)$/;
/** `web1 : ok=15 changed=6 unreachable=0 failed=1 …` */
const RECAP = /^(\S+)\s+: ok=[0-9]+ .*unreachable=([0-9]+)\s+failed=([0-9]+)/;
const KEPT_LINES = 100;
/** So long a task is not yet told that may be skipped by every host, as most of them are. */
const PATIENCE_MILLISECONDS = 200;

/** @param log gets every line that says something, `phase` what is being done: `Start the nodes` */
export function readPlaybookOutput(
  log: (line: string) => void,
  phase: (text: string) => void,
): PlaybookReader {
  const shown: string[] = [];
  const failures: Failure[] = [];
  /** Hosts that failed in the end: what was rescued did not. */
  const lost = new Set<string>();
  let recapped = false;
  let at = 0;
  let task = '';
  /** Of a task that has had no result yet. */
  let heading = '';
  let waiting: NodeJS.Timeout | undefined;
  const tell = (): void => {
    clearTimeout(waiting);
    if (heading === '') return;
    phase(task);
    log(heading);
    heading = '';
  };
  const begin = (text: string): void => {
    clearTimeout(waiting);
    heading = text;
    waiting = setTimeout(tell, PATIENCE_MILLISECONDS).unref();
  };
  return {
    end: () => clearTimeout(waiting),
    read: (raw) => {
      const line = plain(raw);
      if (line.trim() === '') return;
      const [, kind, name = ''] = /^(PLAY|TASK|RUNNING HANDLER) \[(.*)\] \*+$/.exec(line) ?? [];
      if (kind !== undefined) {
        at++;
        task = name.trim();
        begin(line.replace(/ \*+$/, ''));
        if (kind === 'PLAY') tell();
        return;
      }
      if (/^skipping: \[/.test(line)) return;
      if (/^PLAY RECAP \*+$/.test(line)) {
        recapped = true;
        clearTimeout(waiting);
        return;
      }
      const [, host, unreachable, failed] = RECAP.exec(line) ?? [];
      if (recapped && host !== undefined) {
        if (unreachable !== '0' || failed !== '0') lost.add(host);
        return;
      }
      tell();
      const failure = readFailure(line);
      if (failure) failures.push({ at, task, ...failure });
      if (line.trim() === '...ignoring') dropLast(failures, at);
      shown.push(line);
      if (shown.length > KEPT_LINES) shown.shift();
      log(failure ? `failed: [${failure.host}] ${failure.words}` : line);
    },
    cause: () => {
      const last = findCause(failures.filter(({ host }) => !recapped || lost.has(host)));
      return last ? describe(last, lost.size) : explainStart(shown);
    },
  };
}

/** A host's failure, with all of its loop's items. */
function dropLast(failures: Failure[], at: number): void {
  const host = failures.at(-1)?.host;
  while (failures.at(-1)?.at === at && failures.at(-1)?.host === host) failures.pop();
}

/** What ended a host is its last task that failed; of several hosts, and of a loop's items, the first. */
function findCause(failures: readonly Failure[]): Failure | undefined {
  const hosts = [...new Set(failures.map(({ host }) => host))];
  const last = hosts.map((host) => {
    const own = failures.filter((failure) => failure.host === host);
    return own.find(({ at }) => at === own.at(-1)!.at)!;
  });
  return last.reduce<Failure | undefined>(
    (one, other) => (one && one.at <= other.at ? one : other),
    undefined,
  );
}

function readFailure(line: string): Omit<Failure, 'at' | 'task'> | undefined {
  const [, host, item, json] = FAILURE.exec(line) ?? [];
  if (host === undefined || json === undefined) return undefined;
  return { host, ...(item === undefined ? {} : { item }), words: readWords(json) };
}

/** What the module says, and of a program what it wrote last. */
function readWords(json: string): string {
  let result: Record<string, unknown>;
  try {
    result = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return oneLine(json);
  }
  const text = (key: string): string => (typeof result[key] === 'string' ? result[key] : '');
  const message = text('msg').replace(/^(?:Task failed: )?(?:(?:Module|Action) failed: )?/, '');
  const wrote = [text('stderr'), text('stdout')].find((each) => each.trim() !== '') ?? '';
  const last = wrote.split('\n').findLast((line) => line.trim() !== '');
  return oneLine(last === undefined ? message || json : `${message}: ${last.trim()}`);
}

function describe({ task, host, item, words }: Failure, hosts: number): string {
  const where = host === 'localhost' ? '' : ` on ${host}${hosts > 1 ? ` and ${hosts - 1} more` : ''}`;
  const which = item === undefined ? '' : ` (${item.length > 60 ? `${item.slice(0, 59)}…` : item})`;
  return `task ${JSON.stringify(task)}${where}${which}: ${words}`;
}

/** Before any task: a playbook that does not parse, a module that is not there. */
function explainStart(shown: readonly string[]): string {
  const at = shown.findLastIndex((line) => /^(?:ERROR!|\[ERROR\]:) /.test(line));
  if (at < 0) return oneLine(shown.at(-1) ?? 'it ended without a word');
  const origin = shown.slice(at).find((line) => line.startsWith('Origin: '));
  const said = oneLine(shown[at]!.replace(/^\S+ /, ''));
  return origin === undefined ? said : `${said} (${origin.replace('Origin: ', '').trim()})`;
}

function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/\r/g, '');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}
