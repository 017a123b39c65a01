import type { z } from 'zod';
import type { ComponentGraph } from '../model/component.ts';
import type { ConcreteJob } from '../model/concrete-job.ts';
import { sortProblems } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { Project } from '../model/project/project.ts';
import { fieldsAt } from '../model/project/schema-fields.ts';
import type { RepositoryFiles } from '../model/repository-files.ts';
import { describeIssue } from './describe-issue.ts';
import { checkRules } from './rules/check-rules.ts';
import { keepValidPart } from './valid-part.ts';
import { formatPath, parseYamlDocument } from './yaml-document.ts';
import type { PathStep, YamlDocument } from './yaml-document.ts';

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
  /** Everything that is wrong, in the order of a reader. */
  problems: Problem[];
  /** What works but deserves a look. */
  warnings: Problem[];
}

export const PROJECT_FILE = 'project.yaml';

/**
 * Loads and checks a whole project: parse, then the schema, then the rules across fields and files. Problems
 * of all three are collected; nothing is thrown for bad input.
 */
export function loadProject(files: RepositoryFiles): LoadResult {
  if (files.kind(PROJECT_FILE) !== 'file') {
    return failed(
      wholeFile('expected a file, found none', 'run `millrace init`, or change to the folder that holds it'),
    );
  }
  const bytes = files.read(PROJECT_FILE);
  if (!bytes) return failed(wholeFile('cannot be read', 'look at its permissions'));
  const document = parseYamlDocument(bytes);
  const syntax = document.problems.map((found) => toProblem({ ...found, path: formatPath(found.path) }));
  if (document.value === undefined || document.value === null) {
    return failed(
      ...(syntax.length > 0
        ? syntax
        : [
            wholeFile('is empty', 'two lines are enough: project: NAME and images: { NAME: { context: . } }'),
          ]),
    );
  }
  const parsed = Project.safeParse(document.value);
  const issues = parsed.success ? [] : describeAll(parsed.error, document);
  const part = parsed.success
    ? { project: parsed.data, dropped: new Set<string>() }
    : keepValidPart(document.value, parsed.error.issues);
  if (!part) return failed(...syntax, ...issues);
  const checked = checkRules(part, files, locateIn(document));
  const problems = sortProblems([...syntax, ...issues, ...checked.problems]);
  const warnings = sortProblems(checked.warnings);
  if (problems.length > 0) return { problems, warnings };
  return { loaded: { project: part.project, graph: checked.graph, jobs: checked.jobs }, problems, warnings };
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
  return error.issues
    .flatMap((issue) => describeIssue(issue, document.value, known))
    .map((found) => locateIn(document)(found.path, found.message, found.hint, found.part));
}

function toProblem(found: {
  line: number;
  column: number;
  path: string;
  message: string;
  hint: string;
}): Problem {
  return {
    file: PROJECT_FILE,
    line: found.line,
    column: found.column,
    path: found.path,
    message: found.message,
    hint: found.hint,
  };
}

function wholeFile(message: string, hint: string): Problem {
  return toProblem({ line: 1, column: 1, path: '', message, hint });
}

function failed(...problems: Problem[]): LoadResult {
  return { problems: sortProblems(problems), warnings: [] };
}
