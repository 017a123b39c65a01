import type { Component, ComponentGraph, ComponentId } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';

/** What of a commit says which components there are and whether they exist: without any file of it. */
export interface CommitSummary {
  /** As validated, defaults included. */
  project: Project;
  graph: ComponentGraph;
  /** Source hashes, in the order of the project's components. */
  hashes: ReadonlyMap<ComponentId, { hash: string }>;
}

/** @returns JSON; `parseSummary` gives the same again */
export function renderSummary({ project, graph, hashes }: CommitSummary): string {
  const stored: Stored = {
    project,
    graph: [...graph.values()],
    hashes: [...hashes].map(([id, { hash }]) => [id, hash]),
  };
  return JSON.stringify(stored);
}

/** @param text of `renderSummary`, by the same version of this program */
export function parseSummary(text: string): CommitSummary {
  const { project, graph, hashes } = JSON.parse(text) as Stored;
  return {
    project,
    graph: new Map(graph.map((component) => [component.id, component])),
    hashes: new Map(hashes.map(([id, hash]) => [id, { hash }])),
  };
}

interface Stored {
  project: Project;
  graph: Component[];
  hashes: [ComponentId, string][];
}
