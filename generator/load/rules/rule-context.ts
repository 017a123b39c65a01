import type { Problem } from '../../model/problem.ts';
import type { Project } from '../../model/project/project.ts';
import type { RepositoryFiles } from '../../model/repository-files.ts';
import type { PathStep } from '../yaml-document.ts';

/** What a rule across fields gets: the project, the repository, and where to say what is wrong. */
export interface RuleContext {
  project: Project;
  files: RepositoryFiles;
  /** True where the schema refused this entry (`images.api`) or section: its absence is no news. */
  wasDropped: (name: string) => boolean;
  /** A problem of project.yaml. */
  report: (path: readonly PathStep[], message: string, hint?: string, part?: 'key' | 'value') => void;
  /** A problem of another file. */
  reportIn: (file: string, found: Omit<Problem, 'file' | 'path'> & { path?: string }) => void;
  warn: (path: readonly PathStep[], message: string, hint?: string, part?: 'key' | 'value') => void;
  /** A warning about another file. */
  warnIn: (file: string, found: Omit<Problem, 'file' | 'path'> & { path?: string }) => void;
}
