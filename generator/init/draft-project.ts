import { PROJECT_FILE, loadProject } from '../load/load-project.ts';
import type { Problem } from '../model/problem.ts';
import type { RepositoryFiles } from '../model/repository-files.ts';
import { findComponents } from './find-components.ts';
import type { Found, FoundComponent } from './found.ts';
import { addPlatform } from './platform-components.ts';
import type { RepositoryLook } from './repository-look.ts';
import { writeDraft } from './write-draft.ts';
import type { DraftSettings } from './write-draft.ts';

export interface Draft {
  /** project.yaml, as `validate` accepts it. */
  text: string;
  /** What it says, and what was left out (`doubt`). */
  found: Found;
}

/**
 * Writes the first project.yaml of a repository. The loader reads it before anybody else does: what it
 * refuses becomes a comment with the loader's own reason.
 */
export function draftProject(look: RepositoryLook, settings: DraftSettings): Draft {
  const seen = findComponents(look);
  let found = settings.platform === undefined ? seen : addPlatform(seen, settings.platform);
  for (;;) {
    const text = writeDraft(found, settings);
    const { problems } = loadProject(filesOf(look, text));
    if (problems.length === 0) return { text, found };
    found = leaveOut(found, problems);
  }
}

/** Each call leaves out something, so that the loop above ends. */
function leaveOut(found: Found, problems: readonly Problem[]): Found {
  const head = { ...found };
  if (problems.some(({ path }) => path === 'repository')) delete head.remote;
  if (problems.some(({ path }) => path === 'branch')) delete head.branch;
  if (problems.some(({ path }) => path === 'project'))
    head.project = found.project === 'project' ? 'my-project' : 'project';
  const components = found.components.map((component) => {
    const reason =
      component.doubt === undefined ? problems.find((problem) => isAbout(problem, component)) : undefined;
    return reason ? { ...component, doubt: explain(reason) } : component;
  });
  const changed = components.some((component, index) => component !== found.components[index]);
  if (
    changed ||
    head.remote !== found.remote ||
    head.branch !== found.branch ||
    head.project !== found.project
  ) {
    return { ...head, components };
  }
  const kept = found.components.some((component) => component.doubt === undefined);
  if (!kept) throw new Error(`the draft is not valid: ${problems[0]!.path} ${problems[0]!.message}`);
  return {
    ...found,
    components: found.components.map((component) => ({ doubt: explain(problems[0]!), ...component })),
  };
}

function isAbout(problem: Problem, { section, name, source, fields }: FoundComponent): boolean {
  if (problem.file !== PROJECT_FILE) {
    const context = fields['context'];
    return (
      problem.file === source ||
      (typeof context === 'string' && problem.file === join(context, 'plugins.txt'))
    );
  }
  return [name, JSON.stringify(name)].some(
    (key) => problem.path === `${section}.${key}` || problem.path.startsWith(`${section}.${key}.`),
  );
}

function explain({ file, line, message }: Problem): string {
  return file === PROJECT_FILE ? message : `${file}:${line}: ${message}`;
}

/** The look as the loader wants a repository, with a project.yaml in it. */
function filesOf(look: RepositoryLook, text: string): RepositoryFiles {
  const folders = foldersOf(look.paths);
  const files = new Set(look.paths);
  const plain = (path: string): string =>
    path
      .split('/')
      .filter((step) => step !== '' && step !== '.')
      .join('/');
  return {
    read(path) {
      const found = path === PROJECT_FILE ? text : look.texts.get(plain(path));
      return found === undefined ? undefined : new TextEncoder().encode(found);
    },
    kind(path) {
      const found = plain(path);
      if (found === PROJECT_FILE || files.has(found)) return 'file';
      return folders.has(found) ? 'directory' : 'none';
    },
  };
}

function foldersOf(paths: readonly string[]): Set<string> {
  const folders = new Set(['']);
  for (const path of paths) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

function join(context: string, name: string): string {
  return context === '.' ? name : `${context}/${name}`;
}
