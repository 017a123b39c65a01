import { cleanLine } from './clean-line.ts';
import type { Output } from './output.ts';

/** What `prune --json` prints. */
export interface PruneReport {
  version: 1;
  project: string;
  dryRun: boolean;
  /** Commits of the branch whose hashes were computed. */
  commits: number;
  artifacts: readonly {
    component: string;
    id: string;
    names: readonly string[];
    action: 'keep' | 'remove';
    reason: string;
    /** False in a dry run, and where it is still there. */
    removed: boolean;
  }[];
  nodes: readonly {
    node: string;
    containers: readonly string[];
    networks: readonly string[];
    images: readonly string[];
    bytes: number;
    notes: readonly string[];
    failures: readonly string[];
  }[];
  /** Bytes; in a dry run those that would be. */
  freed: { registry: number; nodes: number };
  /** What could not be done, each in one line. */
  failures: readonly string[];
}

/** A line for each artifact with why, for each node, for each failure, and the sum. */
export function renderPrune(report: PruneReport, { colors }: Pick<Output, 'colors'>): string {
  const { artifacts, nodes, freed, failures, dryRun, project, commits } = report;
  const width = Math.max(0, ...artifacts.map(({ component }) => component.length));
  const lines = artifacts.map(({ component, action, names, id, reason, removed }) => {
    const left = action === 'remove' && !removed && !dryRun ? ' (is still there)' : '';
    const text = `${action.padEnd(6)}  ${component.padEnd(width)}  ${nameOf(names, id)}  ${reason}${left}`;
    return action === 'keep' ? colors.dim(cleanLine(text)) : cleanLine(text);
  });
  const gone = artifacts.filter((one) => (dryRun ? one.action === 'remove' : one.removed)).length;
  const [would, registry] = [dryRun ? 'would be ' : '', formatBytes(freed.registry)];
  return [
    ...lines,
    ...nodes.map((node) => cleanLine(describeNode(node))),
    ...failures.map((text) => colors.red(`not done: ${cleanLine(text)}`)),
    `${project}: ${gone} of ${artifacts.length} artifacts ${would}removed, by what ${count(commits, 'commit')} of the branch need; ` +
      `${registry} ${would}freed in the registry, ${formatBytes(freed.nodes)} on ${count(nodes.length, 'node')}`,
  ].join('\n');
}

function describeNode({
  node,
  containers,
  networks,
  images,
  bytes,
  notes,
}: PruneReport['nodes'][number]): string {
  const parts = [
    count(containers.length, 'container'),
    count(networks.length, 'network'),
    count(images.length, 'image'),
  ];
  return [`node ${node}: ${parts.join(', ')}, ${formatBytes(bytes)}`, ...notes].join('; ');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Its first tag, without what every one begins with, or an AMI's id. */
function nameOf(names: readonly string[], id: string): string {
  if (id.startsWith('ami-')) return id;
  const tag = names[0]?.split(':').at(-1) ?? id;
  return tag.startsWith('src-') ? tag.slice(0, 16) : tag.replace(/^((?:built|job)-\w+)-.*$/, '$1');
}

/** `1.5 GB`, in powers of ten. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1_000 ** at;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}
