import { DockerfileParser } from 'dockerfile-ast';
import type { From } from 'dockerfile-ast';
import { hintNearest } from '../model/nearest-name.ts';
import { shorten } from '../model/shorten.ts';
import type { Instruction } from './dockerfile-lines.ts';
import type { Stages } from './dockerfile-stages.ts';
import { BUILD_MACHINE_ARGUMENTS } from './dockerfile-variables.ts';
import { expandWord } from './dockerfile-words.ts';

const MAX_FROM = 65_536;

/** @returns undefined where the number of arguments is wrong. */
export function parseFrom(
  instruction: Instruction,
): { image: string; imageAt: number; name?: string } | undefined {
  if (instruction.rest.length > MAX_FROM) return undefined;
  // One line, one instruction: what the joined line leaves of the file is all that the parser is to judge.
  const prefix = 'FROM ';
  const text = prefix + instruction.rest.replace(/[\v\f\r\n]/g, ' ');
  const parsed = DockerfileParser.parse(text).getInstructions()[0] as From | undefined;
  const words = parsed?.getArguments().map((word) => word.getRange()) ?? [];
  const [image, as, name] = words.map((range) => text.slice(range.start.character, range.end.character));
  if (image === undefined || (words.length !== 1 && (words.length !== 3 || as?.toLowerCase() !== 'as')))
    return undefined;
  const imageAt = instruction.restAt + words[0]!.start.character - prefix.length;
  return { image, imageAt, ...(name === undefined ? {} : { name }) };
}

/** @returns the image with its variables replaced, or what is wrong with it. */
export function expandImage(
  written: string,
  { globals }: Stages,
  escape: string,
  args: Readonly<Record<string, string>>,
): string | { message: string; hint: string } {
  const shown = shorten(written);
  const expanded = expandWord(written, { escape, lookup: (name) => globals.get(name) });
  if ('error' in expanded) return { message: `FROM ${shown}: ${expanded.error}`, hint: '' };
  if (expanded.unset.length > 0) {
    const unset = shorten(expanded.unset[0]!, 60);
    const near = hintNearest(unset, globals.names());
    const hint = near.startsWith('did')
      ? near
      : `declare ARG ${unset}=… before the first FROM, or set it under args`;
    return { message: `FROM ${shown}: ${unset} has no value`, hint };
  }
  const machine = expanded.used.find(
    (name) => BUILD_MACHINE_ARGUMENTS.has(name) && !Object.hasOwn(args, name),
  );
  if (machine !== undefined) {
    const hint = `use ${machine.replace('BUILD', 'TARGET')}, or set it under args`;
    return { message: `FROM ${shown}: ${machine} depends on the machine that builds`, hint };
  }
  if (expanded.text === '')
    return {
      message: `FROM ${shown}: the image's name comes out empty`,
      hint: 'give its variables a value',
    };
  return expanded.text;
}
