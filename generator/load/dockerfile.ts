import { hintNearest } from '../model/nearest-name.ts';
import { readDockerfileLines } from './dockerfile-lines.ts';
import type { DockerfileProblem } from './dockerfile-lines.ts';
import { parseImageReference } from '../model/image-reference.ts';
import { readSources } from './dockerfile-sources.ts';
import { collectStages } from './dockerfile-stages.ts';
import type { Reference, Stage } from './dockerfile-stages.ts';

export interface DockerfileOptions {
  /** Build arguments; they override the defaults of ARG. */
  args?: Readonly<Record<string, string>>;
  /** A stage's name, in any case, or its number from 0; without one, the last stage. */
  target?: string;
  /** What TARGETPLATFORM and its like are; default `linux/amd64`. */
  platform?: string;
}

export interface DockerfileReading {
  /** All stages, in order; `needed` where the target is made from it. */
  stages: { name?: string; index: number; line: number; needed: boolean }[];
  /** The images that the needed stages name, and the frontend, in the order of the file. */
  references: Reference[];
  /** In the order of the file. */
  problems: DockerfileProblem[];
}

export const MAX_DOCKERFILE_BYTES = 8 * 1024 * 1024;

/**
 * Reads which images a Dockerfile is made from, by the rules of BuildKit (moby/buildkit,
 * frontend/dockerfile). BuildKit builds only the stages that the target needs, so only their references count;
 * what is wrong in any stage is reported. An `ADD` from the network without a checksum is a problem, since its
 * content could change under an unchanged file. Never throws.
 * @param content UTF-8
 */
export function readDockerfile(
  content: string | Uint8Array,
  options: DockerfileOptions = {},
): DockerfileReading {
  const source = decode(content);
  if (typeof source !== 'string')
    return { stages: [], references: [], problems: [{ line: 1, column: 1, ...source }] };
  const { args = {}, target, platform = 'linux/amd64' } = options;
  const lines = readDockerfileLines(source);
  const found = collectStages(lines, { args, target, platform });
  const problems = [...lines.problems, ...found.problems, ...readSources(found, lines.escape, args)];
  const references: Reference[] = [];
  if (lines.syntax) {
    const invalid = parseImageReference(lines.syntax.text);
    if ('message' in invalid)
      problems.push({ line: lines.syntax.line, column: lines.syntax.column, ...invalid });
    else references.push({ ...lines.syntax, source: '# syntax' });
  }
  if (Object.hasOwn(args, 'BUILDKIT_SYNTAX')) {
    problems.push({
      line: 1,
      column: 1,
      message: "the argument BUILDKIT_SYNTAX replaces the file's own frontend",
      hint: 'write "# syntax=…" in its first line instead',
    });
  }
  if (lines.instructions.length === 0 || (found.stages.length === 0 && problems.length === 0)) {
    const message = lines.instructions.length === 0 ? 'has no instructions' : 'has no FROM';
    problems.push({ line: 1, column: 1, message, hint: 'begin with FROM image' });
  }
  const wanted = findTarget(found.stages, found.byName, target);
  if (typeof wanted === 'object') problems.push({ line: 1, column: 1, ...wanted });
  const needed = typeof wanted === 'number' ? collectNeeded(found.stages, wanted) : new Set<number>();
  const stages = found.stages.map((stage) => ({
    ...(stage.name === undefined ? {} : { name: stage.name }),
    index: stage.index,
    line: stage.place.line,
    needed: needed.has(stage.index),
  }));
  const named = found.stages.flatMap((stage) => (needed.has(stage.index) ? stage.references : []));
  return {
    stages,
    references: [...references, ...named],
    problems: problems.sort((a, b) => a.line - b.line || a.column - b.column),
  };
}

function decode(content: string | Uint8Array): string | { message: string; hint: string } {
  if (content.length > MAX_DOCKERFILE_BYTES) {
    return {
      message: `is larger than ${MAX_DOCKERFILE_BYTES / 1024 / 1024} MiB`,
      hint: 'is it the right file?',
    };
  }
  if (content.length === 0) return { message: 'is empty', hint: 'begin with FROM image' };
  const binary = { message: 'is binary, not text', hint: 'is it the right file?' };
  if (typeof content === 'string') return content.includes('\0') ? binary : content;
  if (content.includes(0)) return binary;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return { message: 'is not UTF-8 text', hint: 'save it as UTF-8' };
  }
}

/** @returns undefined where there is no stage at all: that is reported by itself. */
function findTarget(
  stages: readonly Stage[],
  byName: ReadonlyMap<string, number>,
  target: string | undefined,
): number | { message: string; hint: string } | undefined {
  if (stages.length === 0) return undefined;
  if (target === undefined || target === '') return stages.length - 1;
  const index = byName.get(target.toLowerCase()) ?? (/^\d{1,6}$/.test(target) ? Number(target) : -1);
  if (stages[index]) return index;
  return {
    message: `has no stage named ${JSON.stringify(target)}`,
    hint: hintNearest(target, [...byName.keys()]),
  };
}

function collectNeeded(stages: readonly Stage[], target: number): Set<number> {
  const needed = new Set([target]);
  for (const index of needed) for (const need of stages[index]!.needs) needed.add(need);
  return needed;
}
