/** One line of `packer -machine-readable`: `timestamp,target,type,data…` (developer.hashicorp.com/packer, "Commands"). */
export interface PackerLine {
  /** Name of the source; empty where none is concerned. */
  target: string;
  type: string;
  data: string[];
}

/** @returns undefined for what is not in that form, e.g. a crash's text */
export function parsePackerLine(line: string): PackerLine | undefined {
  const [time, target, type, ...data] = line.split(',');
  if (time === undefined || !/^[0-9]+$/.test(time) || target === undefined || !type) return undefined;
  return { target, type, data: data.map(decode) };
}

function decode(text: string): string {
  return text.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\n', '\n').replaceAll('\\r', '\r');
}

/** What a text of Packer says that it is about to do, first match. */
const PHASES: readonly [RegExp, string][] = [
  [/^Prevalidating/, 'checking'],
  [/^Launching a (?:source|spot)/, 'launching'],
  [/^Waiting for SSH/, 'waiting for SSH'],
  [/^Provisioning with/, 'provisioning'],
  [/^Stopping the source/, 'stopping the machine'],
  [/^(?:Creating (?:the )?AMI\b(?! tags)|Waiting for AMI)/, 'creating the AMI'],
  [/^(?:Adding tags to (?:AMI|snapshot)|Creating (?:AMI|snapshot) tags)/, 'tagging'],
  [/^Terminating the source/, 'removing the machine'],
];

export function phaseOf(text: string): string | undefined {
  return PHASES.find(([pattern]) => pattern.test(text))?.[1];
}

export interface PackerReport {
  /** `REGION:ami-…`, several with commas between; undefined where none was made. */
  artifact?: string;
  /** Why it failed, one line. */
  cause: string;
}

export interface PackerReader {
  read: (line: string) => void;
  report: () => PackerReport;
}

/** Follows a build's output. `log` gets plain lines, `phase` what is being done. */
export function readPackerOutput(log: (line: string) => void, phase: (text: string) => void): PackerReader {
  let artifact: string | undefined;
  const errors: string[] = [];
  const shown: string[] = [];
  const show = (text: string): void => {
    for (const line of plain(text).split('\n')) {
      // The tags are ours, and there are many.
      if (line.trim() === '' || line.startsWith('Adding tag: ')) continue;
      log(line);
      shown.push(line);
      if (shown.length > KEPT_LINES) shown.shift();
    }
  };
  const read = (line: string): void => {
    const parsed = parsePackerLine(line);
    if (!parsed) return show(line);
    const [first = '', second = ''] = parsed.data;
    if (parsed.type === 'artifact' && second === 'id') artifact = parsed.data[2];
    else if (parsed.type === 'error') errors.push(plain(first));
    else if (parsed.type === 'ui') {
      const text = plain(second);
      const next = first === 'say' ? phaseOf(text) : undefined;
      if (next !== undefined) phase(next);
      // Said once already, by the build itself, or about builds, of which there is but one.
      if (!/^(?:==> (?:Wait completed|Some builds|Builds finished)|-->)/.test(second.trim())) show(text);
    }
  };
  return {
    read,
    report: () => ({ ...(artifact === undefined ? {} : { artifact }), cause: explain(errors, shown) }),
  };
}

const KEPT_LINES = 200;

/** Without colours, and without the name of the source that Packer puts before each line. */
function plain(text: string): string {
  const uncoloured = text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/\r/g, '');
  return uncoloured.replace(/^(?:==> |\s+)?amazon-[\w.-]+: ?/gm, '').replace(/^==> /, '');
}

/** One line: what Packer says, and the words of the provisioner that it only counts the exit code of. */
function explain(errors: readonly string[], shown: readonly string[]): string {
  const said = errors.at(-1) ?? shown.find((line) => /^\s*(?:Error:|\* )/.test(line)) ?? shown.at(-1) ?? '';
  const detail = explainAnsible(shown) ?? explainShell(said, shown) ?? explainTemplate(said, shown);
  const cause = said === '' ? 'it ended without a word' : oneLine(said);
  return detail === undefined || cause.includes(detail) ? cause : `${cause} (${detail})`;
}

function explainAnsible(shown: readonly string[]): string | undefined {
  const at = shown.findLastIndex((line) => /^(?:fatal|failed): \[/.test(line));
  // Before any task: a playbook that does not parse, a role that is not there.
  if (at < 0) return shown.findLast((line) => /^(?:ERROR!|\[ERROR\]:) /.test(line))?.replace(/^\S+ /, '');
  const task = shown.slice(0, at).findLast((line) => line.startsWith('TASK ['));
  // Packer writes a line's end and the two letters \n of a JSON text alike.
  const end = shown.findIndex((line, index) => index > at && /^(?:PLAY|TASK|Provisioning) /.test(line));
  const result = shown.slice(at, end < 0 ? undefined : end).join('\n');
  const message = /"msg": "((?:[^"\\]|\\.)*)"/.exec(result)?.[1] ?? shown[at]!;
  const words = message.replaceAll('\\"', '"').split(/\\n|\n/);
  const last = words.findLast((line) => line.trim() !== '') ?? '';
  const name = task === undefined ? '' : `task ${/TASK \[([^\]]*)\]/.exec(task)?.[1] ?? ''}: `;
  return oneLine(`${name}${last}`);
}

/** Packer counts the exit code only: the script's last words are above it. */
function explainShell(said: string, shown: readonly string[]): string | undefined {
  if (!/^Script /.test(said)) return undefined;
  const end = shown.findLastIndex((line) => /^(?:Provisioning step had errors|Build .* errored)/.test(line));
  return shown
    .slice(0, end < 0 ? undefined : end)
    .findLast((line) => !/^(?:Provisioning|Build) /.test(line))
    ?.trim();
}

/** `Error: title`, below it `on FILE line N:`, lines of the file, and what is wrong there. */
function explainTemplate(said: string, shown: readonly string[]): string | undefined {
  if (!/^\s*Error/.test(said)) return undefined;
  const at = shown.findIndex((line) => /^\s*on \S.* line [0-9]+/.test(line));
  if (at < 0) return undefined;
  const place = shown[at]!.trim().split(':', 1)[0]!;
  const words = shown.slice(at + 1).find((line) => /^[A-Z]/.test(line));
  return words === undefined ? place : `${place}: ${words}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}
