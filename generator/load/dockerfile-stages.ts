import { Keyword } from 'dockerfile-ast';
import { hintNearest } from '../model/nearest-name.ts';
import { parseImageReference } from '../model/image-reference.ts';
import { shorten } from '../model/shorten.ts';
import { expandImage, parseFrom } from './dockerfile-from.ts';
import type { DockerfileLines, DockerfileProblem, Instruction, Place } from './dockerfile-lines.ts';
import { Variables, automaticArguments, readAssignments } from './dockerfile-variables.ts';
import { expandWord } from './dockerfile-words.ts';

export interface Reference extends Place {
  /** As written, variables replaced. */
  text: string;
  source: 'FROM' | 'COPY --from' | 'RUN --mount' | '# syntax';
}

export interface Stage {
  index: number;
  /** In lower case, as Docker compares it. */
  name?: string;
  place: Place;
  commands: Instruction[];
  /** Index of the stage it is built from. */
  base?: number;
  /** Indices of the stages it takes files from, its base included. */
  needs: Set<number>;
  references: Reference[];
}

export interface BuildArguments {
  args: Readonly<Record<string, string>>;
  target: string | undefined;
  platform: string;
}

export interface Stages {
  stages: Stage[];
  /** Each name's stage; of two with one name, the later. */
  byName: Map<string, number>;
  /** The arguments declared before the first FROM, and the automatic ones. */
  globals: Variables;
  problems: DockerfileProblem[];
}

/** More than anybody writes: variables are looked up through all stages below. */
const MAX_STAGES = 1_000;
export const KEYWORDS: readonly string[] = Object.values(Keyword);

/** Parts the instructions into stages and resolves what each is built from. */
export function collectStages(lines: DockerfileLines, build: BuildArguments): Stages {
  const { args, target, platform } = build;
  const globals = new Variables();
  for (const [name, value] of Object.entries(automaticArguments(platform, target)))
    globals.set(name, args[name] ?? value);
  const result: Stages = { stages: [], byName: new Map(), globals, problems: [] };
  for (const instruction of lines.instructions) {
    const stage = result.stages.at(-1);
    if (!KEYWORDS.includes(instruction.keyword)) result.problems.push(unknownInstruction(instruction));
    else if (instruction.keyword === 'FROM' && result.stages.length === MAX_STAGES) {
      const message = `more than ${MAX_STAGES} stages`;
      result.problems.push({ ...instruction.placeAt(), message, hint: 'part the Dockerfile' });
      return result;
    } else if (instruction.keyword === 'FROM') addStage(result, instruction, lines.escape, args);
    else if (stage) stage.commands.push(instruction);
    else if (instruction.keyword === 'ARG') declare(result, instruction, lines.escape, args);
    else {
      const message = `${instruction.keyword} stands before the first FROM`;
      result.problems.push({ ...instruction.placeAt(), message, hint: 'only ARG may; begin with FROM' });
    }
  }
  return result;
}

/** The problem of a keyword that Docker does not know, with the nearest one that it does. */
export function unknownInstruction(instruction: Instruction): DockerfileProblem {
  const shown = shorten(instruction.keyword, 40);
  const hint =
    hintNearest(instruction.keyword, KEYWORDS) || 'a line that goes on needs \\ at the end of the one before';
  return { ...instruction.placeAt(), message: `unknown instruction ${JSON.stringify(shown)}`, hint };
}

function declare(
  result: Stages,
  instruction: Instruction,
  escape: string,
  args: Readonly<Record<string, string>>,
): void {
  const { globals, problems } = result;
  const assignments = readAssignments(instruction.rest, escape, false);
  if (assignments.length === 0)
    problems.push({
      ...instruction.placeAt(),
      message: 'ARG without a name',
      hint: 'expected ARG NAME[=default]',
    });
  for (const { name, value } of assignments) {
    if (Object.hasOwn(args, name)) globals.set(name, args[name]!);
    else if (value !== undefined) {
      const expanded = expandWord(value, { escape, lookup: (used) => globals.get(used) });
      if ('error' in expanded)
        problems.push({
          ...instruction.placeAt(),
          message: `ARG ${shorten(name)}: ${expanded.error}`,
          hint: '',
        });
      else globals.set(name, expanded.text);
    }
  }
}

function addStage(
  result: Stages,
  instruction: Instruction,
  escape: string,
  args: Readonly<Record<string, string>>,
): void {
  const { stages, byName, problems } = result;
  const stage: Stage = {
    index: stages.length,
    place: instruction.placeAt(),
    commands: [],
    needs: new Set(),
    references: [],
  };
  stages.push(stage);
  const report = (message: string, hint: string, at?: number): void => {
    problems.push({ ...instruction.placeAt(at), message, hint });
  };
  const from = parseFrom(instruction);
  if (from === undefined)
    return report('FROM takes an image, and AS and a name', 'expected FROM image [AS name]');
  const image = expandImage(from.image, result, escape, args);
  if (typeof image === 'object') report(image.message, image.hint, from.imageAt);
  else {
    const base = byName.get(image);
    const invalid = parseImageReference(image);
    if (base !== undefined) stage.needs.add((stage.base = base));
    else if (image === 'scratch') stage.references = [];
    else if ('message' in invalid) report(invalid.message, invalid.hint, from.imageAt);
    else stage.references.push({ text: image, source: 'FROM', ...instruction.placeAt(from.imageAt) });
  }
  if (from.name === undefined) return;
  const name = from.name.toLowerCase();
  if (!/^[a-z][a-z0-9-_.]*$/.test(name))
    return report(
      `${JSON.stringify(shorten(from.name))} is no name for a stage`,
      'expected a letter, then letters, digits, "-", "_" or "."',
    );
  const earlier = byName.get(name);
  if (earlier !== undefined)
    report(
      `a second stage is named "${name}"`,
      `the first is on line ${stages[earlier]!.place.line}; rename one`,
    );
  stage.name = name;
  byName.set(name, stage.index);
}
