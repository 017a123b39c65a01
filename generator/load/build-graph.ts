import { componentId, findCycle } from '../model/component.ts';
import type { Component, ComponentGraph, ComponentId } from '../model/component.ts';
import { classifyReference } from '../model/image-reference.ts';
import { hintNearest } from '../model/nearest-name.ts';
import type { Image, Stack } from '../model/project/components.ts';
import { quote } from '../model/project/text.ts';
import { dockerfileOf } from './dockerfile-path.ts';
import { readDockerfile } from './dockerfile.ts';
import type { RuleContext } from './rules/rule-context.ts';
import { readStackFile } from './stack-file.ts';
import type { StackFileReading } from './stack-file.ts';
import { formatPath } from './yaml-document.ts';

/** An image reference, and where a person finds it. */
interface Mention {
  text: string;
  file: string;
  line: number;
  column: number;
}

/**
 * The project's graph: content edges from the files themselves, order edges from project.yaml and from where
 * registry and Jenkins live. References that lead nowhere and cycles are reported.
 */
export function buildGraph(context: RuleContext): ComponentGraph {
  const { project } = context;
  const components: Component[] = [];
  const registry =
    project.registry === 'own' && project.stacks['registry'] ? [componentId('stack', 'registry')] : [];
  for (const [name, image] of Object.entries(project.images)) {
    components.push({
      ...readEdges(context, mentionsOfImage(context, name, image)),
      id: componentId('image', name),
      kind: 'image',
      name,
      order: registry,
    });
  }
  for (const name of Object.keys(project.amis)) {
    components.push({
      id: componentId('ami', name),
      kind: 'ami',
      name,
      content: [],
      order: [],
      externals: [],
    });
  }
  for (const [name, infrastructure] of Object.entries(project.infrastructure)) {
    const amis = (infrastructure.amis ?? []).map((ami) => componentId('ami', ami));
    components.push({
      id: componentId('infrastructure', name),
      kind: 'infrastructure',
      name,
      content: amis.sort(),
      order: [],
      externals: [],
    });
  }
  const stackFiles = readStackFiles(context);
  for (const [name, stack] of Object.entries(project.stacks)) {
    const order = stack.on === undefined ? [] : [componentId('infrastructure', stack.on)];
    components.push({
      ...readEdges(context, mentionsOfStack(stack, stackFiles.get(name))),
      id: componentId('stack', name),
      kind: 'stack',
      name,
      order: [...order, ...makersOf(name, project.stacks, stackFiles)].sort(),
    });
  }
  const jenkins = project.stacks['jenkins'] ? [componentId('stack', 'jenkins')] : [];
  components.push({
    id: componentId('jobs', project.project),
    kind: 'jobs',
    name: project.project,
    content: [],
    order: jenkins,
    externals: [],
  });

  const known = new Map(components.map((component) => [component.id, component]));
  for (const component of components) {
    component.content = component.content.filter((id) => known.has(id));
    component.order = component.order.filter((id) => known.has(id));
  }
  reportCycles(context, known);
  return new Map([...known].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function mentionsOfImage(context: RuleContext, name: string, image: Image): Mention[] {
  const { files, report, reportIn } = context;
  if (files.kind(image.context) !== 'directory') return [];
  const file = dockerfileOf(image);
  const bytes = files.read(file);
  if (!bytes) {
    const at = image.dockerfile === undefined ? ['images', name, 'context'] : ['images', name, 'dockerfile'];
    report(
      at,
      `expected a Dockerfile, found none at ${quote(file)}`,
      'dockerfile: names one inside the context',
    );
    return [];
  }
  const args = Object.fromEntries(
    Object.entries(image.args ?? {}).map(([key, value]) => [key, String(value)]),
  );
  const dockerfile = readDockerfile(new TextDecoder().decode(bytes), {
    args,
    ...(image.target === undefined ? {} : { target: image.target }),
  });
  for (const problem of dockerfile.problems) reportIn(file, problem);
  return dockerfile.references.map((reference) => ({ ...reference, file }));
}

type StackFiles = ReadonlyMap<string, StackFileReading>;

/** Those that are there; what is wrong in them is reported. */
function readStackFiles({ project, files, reportIn }: RuleContext): StackFiles {
  const found = new Map<string, StackFileReading>();
  for (const [name, stack] of Object.entries(project.stacks)) {
    const bytes = files.read(stack.file);
    if (!bytes) continue;
    const variables = Object.fromEntries(
      Object.entries(stack.variables ?? {}).map(([key, value]) => [key, String(value)]),
    );
    const read = readStackFile(new TextDecoder().decode(bytes), { variables });
    for (const problem of read.problems) reportIn(stack.file, { ...problem, path: formatPath(problem.path) });
    for (const service of read.services) {
      if (!service.image || isServiceName(`${name}_${service.name}`)) continue;
      const { line, column } = service.image;
      const message = `Docker would refuse the service's name ${quote(`${name}_${service.name}`)}`;
      reportIn(stack.file, { line, column, message, hint: SERVICE_NAMES });
    }
    found.set(name, read);
  }
  return found;
}

function mentionsOfStack({ file }: Stack, read: StackFileReading | undefined): Mention[] {
  return (read?.services ?? []).flatMap(({ image }) => (image ? [{ ...image, file }] : []));
}

/** The stacks of the same Swarm that make a network which this one says is there already. */
function makersOf(name: string, stacks: Readonly<Record<string, Stack>>, read: StackFiles): ComponentId[] {
  const needs = new Set(read.get(name)?.networks.needs);
  const makers = Object.keys(stacks).filter(
    (other) =>
      other !== name &&
      stacks[other]!.on === stacks[name]!.on &&
      read.get(other)?.networks.makes.some((network) => needs.has(network)),
  );
  return makers.map((other) => componentId('stack', other));
}

const SERVICE_NAMES =
  'expected letters, digits, dashes and underscores, at most 63 with the name of the stack';

/** What Swarm takes: a part of a DNS name (moby/swarmkit, manager/controlapi, validateAnnotations). */
function isServiceName(name: string): boolean {
  return name.length <= 63 && /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/.test(name);
}

/** Sorts references into components of this project and externals; reports those that are neither. */
function readEdges(
  context: RuleContext,
  mentions: readonly Mention[],
): Pick<Component, 'content' | 'externals'> {
  const { project, reportIn, wasDropped } = context;
  const content = new Set<ComponentId>();
  const externals = new Set<string>();
  for (const { text, file, line, column } of mentions) {
    const found = classifyReference(text, project.project);
    if (found.kind === 'problem') reportIn(file, { line, column, message: found.message, hint: found.hint });
    else if (found.kind === 'external') externals.add(text);
    else if (Object.hasOwn(project.images, found.name)) content.add(componentId('image', found.name));
    else if (!wasDropped(`images.${found.name}`) && !wasDropped('images')) {
      reportIn(file, {
        line,
        column,
        message: `there is no image "${found.name}" in project.yaml`,
        hint: hintNearest(found.name, Object.keys(project.images)),
      });
    }
  }
  return { content: [...content].sort(), externals: [...externals].sort() };
}

const SECTIONS = {
  image: 'images',
  ami: 'amis',
  infrastructure: 'infrastructure',
  stack: 'stacks',
  jobs: 'jobs',
} as const;

/** More cycles at once are one mistake many times over. */
const MAX_CYCLES = 20;

/** Reports each cycle; those that share a component with one that is reported come up in the next run. */
function reportCycles({ report }: RuleContext, graph: ComponentGraph): void {
  const left = new Map(graph);
  for (let count = 0; count < MAX_CYCLES; count++) {
    const cycle = findCycle(left);
    const first = cycle && graph.get(cycle[0]!);
    if (!cycle || !first) return;
    const shown = cycle.length > 8 ? [...cycle.slice(0, 6), '…', cycle.at(-1)!] : cycle;
    const path = [SECTIONS[first.kind], first.name];
    report(path, `needs itself: ${shown.join(' -> ')}`, 'take one of these references out', 'key');
    for (const id of cycle) left.delete(id);
  }
}
