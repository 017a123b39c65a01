/** What the instructions of a stage take from elsewhere: other stages, images, and the network. */
import { parseImageReference } from '../model/image-reference.ts';
import { shorten } from '../model/shorten.ts';
import { argumentsOf, readAdd } from './dockerfile-add.ts';
import { readMountSource } from './dockerfile-flags.ts';
import { readTrigger } from './dockerfile-lines.ts';
import type { DockerfileProblem, Instruction } from './dockerfile-lines.ts';
import { KEYWORDS, unknownInstruction } from './dockerfile-stages.ts';
import type { Reference, Stage, Stages } from './dockerfile-stages.ts';
import { Variables, readAssignments } from './dockerfile-variables.ts';
import { expandWord } from './dockerfile-words.ts';

const KEYWORDS_WITHOUT_TRIGGER = new Set(['ONBUILD', 'FROM', 'MAINTAINER']);

interface Scope {
  stages: Stages;
  stage: Stage;
  variables: Variables;
  escape: string;
  args: Readonly<Record<string, string>>;
}

/**
 * Fills in each stage's `needs` and `references`.
 * @returns what is wrong, in all stages, needed or not
 */
export function readSources(
  stages: Stages,
  escape: string,
  args: Readonly<Record<string, string>>,
): DockerfileProblem[] {
  const variables: Variables[] = [];
  return stages.stages.flatMap((stage) => {
    const scope = { stages, stage, variables: new Variables(variables[stage.base ?? -1]), escape, args };
    variables.push(scope.variables);
    return stage.commands.flatMap((command) => readCommand(command, scope));
  });
}

function readCommand(command: Instruction, scope: Scope): DockerfileProblem[] {
  const wrong = (message: string, hint: string): DockerfileProblem[] => [
    { ...command.placeAt(), message, hint },
  ];
  if (command.json?.some((word) => typeof word !== 'string')) {
    return wrong(`${command.keyword}: an array here holds text only`, 'put each word in double quotes');
  }
  switch (command.keyword) {
    case 'ARG':
    case 'ENV':
      return assign(command, scope);
    case 'COPY':
      return readCopy(command, scope);
    case 'ADD':
      return readAdd(command, scope);
    case 'RUN':
      return command.flags.flatMap((flag) =>
        flag.name === 'mount' ? readMount(command, flag.value ?? '', flag.at, scope) : [],
      );
    case 'ONBUILD': {
      if (command.rest === '') return wrong('ONBUILD without an instruction', 'expected ONBUILD RUN …');
      const trigger = readTrigger(command, scope.escape);
      if (KEYWORDS_WITHOUT_TRIGGER.has(trigger.keyword))
        return wrong(`ONBUILD ${trigger.keyword} is not allowed`, '');
      // Its variables are those of the build that it is run in.
      return readCommand(trigger, { ...scope, variables: new Variables(scope.variables) });
    }
    default:
      return KEYWORDS.includes(command.keyword) ? [] : [unknownInstruction(command)];
  }
}

function assign(command: Instruction, { variables, stages, escape, args }: Scope): DockerfileProblem[] {
  const isArgument = command.keyword === 'ARG';
  const assignments = readAssignments(command.rest, escape, !isArgument);
  if (assignments.length === 0 || (!isArgument && assignments.some(({ value }) => value === undefined))) {
    return [
      {
        ...command.placeAt(),
        message: `${command.keyword} without a name and a value`,
        hint: `expected ${command.keyword} NAME=value`,
      },
    ];
  }
  const before = new Map(assignments.map(({ name }) => [name, variables.get(name)]));
  const problems: DockerfileProblem[] = [];
  for (const { name, value } of assignments) {
    // All values of one ENV are read before any is set; those of an ARG one after the other.
    const lookup = (used: string): string | undefined =>
      !isArgument && before.has(used) ? before.get(used) : variables.get(used);
    const expanded = value === undefined ? undefined : expandWord(value, { escape, lookup });
    if (expanded && 'error' in expanded)
      problems.push({
        ...command.placeAt(),
        message: `${command.keyword} ${shorten(name)}: ${expanded.error}`,
        hint: '',
      });
    const given = isArgument && Object.hasOwn(args, name) ? args[name] : undefined;
    const text =
      given ??
      (expanded && 'text' in expanded ? expanded.text : isArgument ? stages.globals.get(name) : undefined);
    if (text !== undefined) variables.set(name, text);
  }
  return problems;
}

function readCopy(command: Instruction, scope: Scope): DockerfileProblem[] {
  const sources = argumentsOf(command);
  if (sources.length < 2)
    return [{ ...command.placeAt(), message: 'COPY needs a source and a destination', hint: '' }];
  const url = sources.slice(0, -1).find((source) => /^https?:\/\//i.test(source));
  if (url !== undefined)
    return [
      {
        ...command.placeAt(),
        message: `COPY takes no URL: ${shorten(url)}`,
        hint: 'use ADD --checksum=sha256:…',
      },
    ];
  const flag = command.flags.find(({ name }) => name === 'from');
  if (!flag?.value) return [];
  const from = expandWord(flag.value, { escape: scope.escape, lookup: () => undefined });
  if ('error' in from || from.text !== flag.value) {
    return [
      {
        ...command.placeAt(flag.at),
        message: `COPY --from=${shorten(flag.value)}: variables are not replaced here`,
        hint: `write FROM ${shorten(flag.value)} AS name before, and --from=name`,
      },
    ];
  }
  return takeFrom(flag.value, 'COPY --from', command, flag.at, scope);
}

function readMount(command: Instruction, mount: string, at: number, scope: Scope): DockerfileProblem[] {
  const from = readMountSource(mount);
  if (from === undefined) return [];
  const wrong = (message: string, hint: string): DockerfileProblem[] => [
    { ...command.placeAt(at), message: `RUN --mount=…,from=${shorten(from)}: ${message}`, hint },
  ];
  if (/\$./s.test(from))
    return wrong(
      'variables are not replaced here',
      `write FROM ${shorten(from)} AS name before, and from=name`,
    );
  if (/^\d+$/.test(from))
    return wrong('a stage is named here, not numbered', 'write FROM … AS name, and from=name');
  return takeFrom(from, 'RUN --mount', command, at, scope);
}

/** A number or a name of a stage, or else an image. */
function takeFrom(
  from: string,
  source: Reference['source'],
  command: Instruction,
  at: number,
  { stages, stage }: Scope,
): DockerfileProblem[] {
  const wrong = (message: string, hint: string): DockerfileProblem[] => [
    { ...command.placeAt(at), message: `${source}=${shorten(from)}: ${message}`, hint },
  ];
  const numbered = source === 'COPY --from' && /^[+-]?\d+$/.test(from);
  const index = numbered ? Number(from) : stages.byName.get(from.toLowerCase());
  if (index !== undefined) {
    if (!stages.stages[index])
      return wrong('there is no such stage', `they are numbered 0 to ${stages.stages.length - 1}`);
    if (index >= stage.index) return wrong('the stage must stand before this one', 'move it up');
    stage.needs.add(index);
    return [];
  }
  if (from === 'scratch') return [];
  const invalid = parseImageReference(from);
  if ('message' in invalid) return wrong(invalid.message, invalid.hint);
  stage.references.push({ text: from, source, ...command.placeAt(at) });
  return [];
}
