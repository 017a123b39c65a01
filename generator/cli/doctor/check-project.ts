import { readPlugins } from '../../plugins/plugins-file.ts';
import { parseYamlDocument } from '../../load/yaml-document.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';
import { LOCK_FILE } from '../../model/lock-file.ts';
import { missing, ok, warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';

/** What the repository itself lacks. */
export const checkProject: Check = async (context) => {
  const { project, warnings, version, files } = context;
  const others = warnings.filter(({ file }) => file !== LOCK_FILE).length;
  const unpinned = findUnpinned(context);
  return Promise.resolve([
    ...(project.millrace === undefined
      ? [warning('version', 'project.yaml pins no version', `write millrace: ${version}`)]
      : project.millrace === version
        ? [ok('version', `Millrace ${version}, as project.yaml says`)]
        : [
            missing(
              'version',
              `this is Millrace ${version}, project.yaml is made for ${project.millrace}`,
              'use that version, or write this one there and run `millrace generate`',
            ),
          ]),
    ...(unpinned.length === 0
      ? [ok('pins', 'every external has one')]
      : [missing('pins', `without one are ${unpinned.join(', ')}`, '`millrace lock` pins them')]),
    ...(others > 0
      ? [warning('project', `project.yaml: ${others} warnings`, 'see `millrace validate`')]
      : []),
    ...findStalePlugins(files),
    ...(project.stacks[JENKINS_STACK]
      ? [
          ok(
            'agents',
            'agents with the label deploy are for jobs below deliver/ alone: another job that asks for one waits for ever, and the queue does not say why',
          ),
        ]
      : []),
  ]);
};

/** What `plan` would refuse. */
function findUnpinned({ project, graph, lock }: DoctorContext): string[] {
  const references = new Set([...graph.values()].flatMap(({ externals }) => externals));
  const images = [...references].filter((text) => !text.includes('@') && !lock.images[text]).sort();
  const region = project.aws?.region ?? '';
  const amis = Object.keys(project.amis).filter((name) => !lock.amis[name]?.[region]);
  return [...images, ...amis.map((name) => `the source of ami:${name} in ${region}`)];
}

const FOLDER = 'jenkins-image';

/** Whether plugins.txt is a closure of plugins.yaml only an update center can tell; that one is older than the other is seen. */
function findStalePlugins(files: Parameters<Check>[0]['files']): ReturnType<typeof missing>[] {
  const [wanted, pinned] = ['plugins.yaml', 'plugins.txt'].map((name) => files.read(`${FOLDER}/${name}`));
  if (!wanted) return [];
  const { value } = parseYamlDocument(wanted);
  const list = (value as { plugins?: unknown } | undefined)?.plugins;
  const names = Array.isArray(list) ? list.map(String) : [];
  const there = new Set(readPlugins(new TextDecoder().decode(pinned)).map(({ name }) => name));
  const lacking = names.filter((name) => !there.has(name));
  if (lacking.length === 0) return [ok('plugins', `${FOLDER}/plugins.txt has all of plugins.yaml`)];
  return [
    missing(
      'plugins',
      `${FOLDER}/plugins.txt lacks ${lacking.join(', ')} of plugins.yaml`,
      '`millrace plugins lock` writes it',
    ),
  ];
}
