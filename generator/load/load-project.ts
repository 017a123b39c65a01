import type { z } from 'zod';
import type { ComponentGraph } from '../model/component.ts';
import type { ConcreteJob } from '../model/concrete-job.ts';
import { sortProblems } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { Project } from '../model/project/project.ts';
import { fieldsAt } from '../model/project/schema-fields.ts';
import type { RepositoryFiles } from '../model/repository-files.ts';
import { shorten } from '../model/shorten.ts';
import { describeIssue } from './describe-issue.ts';
import { fillEmpty } from './fill-empty.ts';
import { namedPaths } from './named-paths.ts';
import { checkRules } from './rules/check-rules.ts';
import { keepValidPart } from './valid-part.ts';
import { formatPath, parseYamlDocument } from './yaml-document.ts';
import type { PathStep, YamlDocument, YamlProblem } from './yaml-document.ts';

/** A project that may be used: checked, with its graph and its jobs. */
export interface LoadedProject {
  project: Project;
  graph: ComponentGraph;
  /** In the order of project.yaml; templates are expanded. */
  jobs: ConcreteJob[];
}

export interface LoadResult {
  /** Undefined where there is a problem. */
  loaded?: LoadedProject;
  /** What is wrong, in the order of a reader; where there is more, MAX_PROBLEMS of it. */
  problems: Problem[];
  /** What works but deserves a look. */
  warnings: Problem[];
}

export const PROJECT_FILE = 'project.yaml';

/** A longer list helps nobody. */
export const MAX_PROBLEMS = 1_000;

/**
 * Loads and checks a whole project: parse, then the schema, then the rules across fields and files. Problems
 * of all three are collected; nothing is thrown for bad input.
 */
export function loadProject(files: RepositoryFiles): LoadResult {
  const bytes = readProjectFile(files);
  if ('message' in bytes) return failed([wholeFile(bytes.message, bytes.hint)]);
  const document = parseYamlDocument(bytes, { plainData: true });
  if (document.value === undefined || document.value === null) {
    const syntax = document.problems.map(fromYaml);
    return failed(syntax.length > 0 ? syntax : [wholeFile('is empty', SMALLEST)]);
  }
  const { parsed, value } = fillEmpty(Project, document.value);
  const issues = parsed.success ? [] : describeAll(parsed.error, { ...document, value });
  const syntax = document.problems.filter((found) => !isSaidElsewhere(found, issues)).map(fromYaml);
  const part = parsed.success
    ? { project: parsed.data, dropped: new Set<string>() }
    : issues.length < MAX_PROBLEMS
      ? keepValidPart(value, parsed.error.issues)
      : undefined;
  if (!part) return failed([...syntax, ...issues]);
  files.prepare?.(namedPaths(part.project));
  const checked = checkRules(part, files, locateIn(document));
  const warnings = sortProblems(checked.warnings);
  const problems = [...syntax, ...issues, ...checked.problems];
  if (problems.length > 0) return { ...failed(problems), warnings };
  const { graph, jobs } = checked;
  return { loaded: { project: part.project, graph, jobs }, problems: [], warnings };
}

const SMALLEST = 'two lines are enough: project: NAME and images: { NAME: { context: . } }';

function readProjectFile(files: RepositoryFiles): Uint8Array | { message: string; hint: string } {
  const kind = files.kind(PROJECT_FILE);
  if (kind === 'directory')
    return { message: 'expected a file, found a directory', hint: 'move it away, then run `millrace init`' };
  if (kind === 'none') {
    return {
      message: 'expected a file, found none',
      hint: 'run `millrace init`, or change to the folder that holds it',
    };
  }
  return files.read(PROJECT_FILE) ?? { message: 'cannot be read', hint: 'look at its permissions' };
}

/** A number that is to be quoted is news only where nothing else is said of it, nor of values for playbooks. */
function isSaidElsewhere({ path, kind }: YamlProblem, issues: readonly Problem[]): boolean {
  if (kind !== 'number') return false;
  if ((path[0] === 'amis' || path[0] === 'infrastructure') && path[2] === 'variables') return true;
  const text = formatPath(path);
  return issues.some((issue) => issue.path === text);
}

/** Makes a problem of project.yaml from a path into it. */
export type Locate = (
  path: readonly PathStep[],
  message: string,
  hint?: string,
  part?: 'key' | 'value',
) => Problem;

function locateIn(document: YamlDocument): Locate {
  return (path, message, hint = '', part = 'value') =>
    toProblem({ ...document.locate(path, part), path: formatPath(path), message, hint });
}

function describeAll(error: z.ZodError, document: YamlDocument): Problem[] {
  const known = (path: readonly PathStep[]): readonly string[] => fieldsAt(Project, path);
  const locate = locateIn(document);
  return error.issues
    .slice(0, MAX_PROBLEMS)
    .flatMap((issue) => describeIssue(issue, document.value, known, (path) => document.written(path)))
    .map((found) => locate(found.path, found.message, found.hint, found.part));
}

/** Whatever a message quotes, a problem stays readable. */
function toProblem(found: Omit<Problem, 'file'>): Problem {
  const { line, column, path } = found;
  const [message, hint] = [shorten(found.message, 600), shorten(found.hint, 300)];
  return { file: PROJECT_FILE, line, column, path, message, hint };
}

function fromYaml(found: YamlProblem): Problem {
  return toProblem({ ...found, path: formatPath(found.path) });
}

function wholeFile(message: string, hint: string): Problem {
  return toProblem({ line: 1, column: 1, path: '', message, hint });
}

function failed(problems: readonly Problem[]): LoadResult {
  return { problems: sortProblems(problems).slice(0, MAX_PROBLEMS), warnings: [] };
}
