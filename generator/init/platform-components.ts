import type { Found, FoundComponent } from './found.ts';

/** Folders of the package that `init --platform` copies; they are the user's from then on. */
export const PLATFORM_FOLDERS = ['ansible', 'packer', 'jenkins-image', 'stacks'] as const;

const DEBIAN = { owner: '136693071363', name: 'debian-12-amd64-*' };

/** What the copied folders are in project.yaml. */
function platformOf(project: string): readonly FoundComponent[] {
  const template = 'packer/cluster-node.pkr.hcl';
  const deploy = 'ansible/deploy.yml';
  const host = `ci.${project}.example.com`;
  return [
    image('jenkins-controller', 'controller'),
    image('jenkins-agent', 'agent'),
    {
      section: 'amis',
      name: 'cluster-node',
      fields: { template, playbook: 'ansible/swarm_node.yml', source: DEBIAN },
      source: template,
    },
    {
      section: 'infrastructure',
      name: 'cluster',
      // A network that nobody has (RFC 5737): whom SSH is open to must be somebody's decision.
      fields: {
        deploy,
        destroy: 'ansible/destroy.yml',
        amis: ['cluster-node'],
        variables: { ssh_from: ['203.0.113.0/24'] },
      },
      source: deploy,
    },
    stack('registry'),
    stack('jenkins'),
    stack('edge', { variables: { JENKINS_HOST: host, ACME_EMAIL: `ops@${project}.example.com` } }),
  ];
}

/** All of it, for a project that has none of it yet. */
export function findPlatform(project: string): Found {
  const components = addPlatform({ project, components: [], notes: [] }, PLATFORM_SOURCES).components;
  return { project, components, notes: [] };
}

/** The files that the entries name. */
const PLATFORM_SOURCES: readonly string[] = platformOf('project').flatMap(({ source, fields }) => [
  source,
  ...(typeof fields['destroy'] === 'string' ? [fields['destroy']] : []),
]);

function image(name: string, target: string): FoundComponent {
  return {
    section: 'images',
    name,
    fields: { context: 'jenkins-image', target },
    source: 'jenkins-image/Dockerfile',
  };
}

function stack(name: string, more: FoundComponent['fields'] = {}): FoundComponent {
  const file = `stacks/${name}.yml`;
  return { section: 'stacks', name, fields: { file, ...more }, source: file };
}

/**
 * Puts the platform's own entries in the place of what was found in its files. Every stack that runs nowhere
 * yet runs on the infrastructure, where there is one only.
 * @param paths the files of the repository that are the platform's; one that the user has changed is theirs,
 *   and what it says is what was found
 */
export function addPlatform(found: Found, paths: readonly string[]): Found {
  const there = new Set(paths);
  const platform = platformOf(found.project).filter(({ source, fields }) =>
    [source, fields['destroy']].every((path) => typeof path !== 'string' || there.has(path)),
  );
  const replaced = (one: FoundComponent): boolean =>
    platform.some(
      (other) => other.source === one.source || (other.section === one.section && other.name === one.name),
    );
  const components = [...platform, ...found.components.filter((one) => !replaced(one))];
  const places = components.filter((one) => one.section === 'infrastructure' && one.doubt === undefined);
  return { ...found, components: components.map((one) => placeOn(one, places)) };
}

function placeOn(one: FoundComponent, places: readonly FoundComponent[]): FoundComponent {
  if (one.section !== 'stacks' || places.length !== 1 || one.fields['on'] !== undefined) return one;
  const { file = one.source, ...more } = one.fields;
  return { ...one, fields: { file, on: places[0]!.name, ...more } };
}
