import type { Found, FoundComponent } from './found.ts';

/** Folders of the package that `init --platform` copies; they are the user's from then on. */
export const PLATFORM_FOLDERS = ['ansible', 'packer', 'jenkins-image', 'stacks'] as const;

const DEBIAN = { owner: '136693071363', name: 'debian-12-amd64-*' };

/** What the copied folders are in project.yaml. */
const PLATFORM: readonly FoundComponent[] = [
  image('jenkins-controller', 'controller'),
  image('jenkins-agent', 'agent'),
  {
    section: 'amis',
    name: 'cluster-node',
    fields: { template: 'packer/cluster-node.pkr.hcl', playbook: 'ansible/swarm_node.yml', source: DEBIAN },
    source: 'packer/cluster-node.pkr.hcl',
  },
  {
    section: 'infrastructure',
    name: 'cluster',
    fields: { deploy: 'ansible/deploy.yml', destroy: 'ansible/destroy.yml', amis: ['cluster-node'] },
    source: 'ansible/deploy.yml',
  },
  stack('registry'),
  stack('jenkins'),
  stack('edge'),
];

function image(name: string, target: string): FoundComponent {
  return {
    section: 'images',
    name,
    fields: { context: 'jenkins-image', target },
    source: 'jenkins-image/Dockerfile',
  };
}

function stack(name: string): FoundComponent {
  const file = `stacks/${name}.yml`;
  return { section: 'stacks', name, fields: { file, on: 'cluster' }, source: file };
}

/**
 * Puts the platform's own entries in the place of what was found in its files, as far as these files are there.
 * Stacks of the user's run on the platform's cluster unless they run elsewhere already.
 */
export function addPlatform(found: Found, paths: readonly string[]): Found {
  const there = new Set(paths);
  const platform = PLATFORM.filter(({ source, fields }) =>
    [source, fields['destroy']].every((path) => typeof path !== 'string' || there.has(path)),
  );
  const hasCluster = platform.some(({ section }) => section === 'infrastructure');
  const stands = (one: FoundComponent): boolean =>
    !platform.some(
      (other) => other.source === one.source || (other.section === one.section && other.name === one.name),
    );
  const placed = (one: FoundComponent): FoundComponent =>
    one.section === 'stacks' && hasCluster && one.fields['on'] === undefined
      ? { ...one, fields: { ...one.fields, on: 'cluster' } }
      : one;
  return {
    ...found,
    components: [
      ...platform.map((one) => withoutCluster(one, hasCluster)),
      ...found.components.filter(stands).map(placed),
    ],
  };
}

function withoutCluster(one: FoundComponent, hasCluster: boolean): FoundComponent {
  if (hasCluster || one.fields['on'] === undefined) return one;
  const { on: _, ...fields } = one.fields;
  return { ...one, fields };
}
