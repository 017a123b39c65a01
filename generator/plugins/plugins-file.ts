/** A line of plugins.txt, as jenkins-plugin-cli reads it. */
export interface PinnedPlugin {
  name: string;
  version: string;
}

/**
 * @param source the document that it was made from
 */
export function formatPlugins(plugins: readonly PinnedPlugin[], core: string, source: string): string {
  return [
    '# Every plugin of the controller with everything it needs, each at one version: the closure of plugins.yaml.',
    '# Written by `millrace plugins lock`; do not edit.',
    `# Jenkins ${core}, ${source}`,
    ...plugins.map(({ name, version }) => `${name}:${version}`),
    '',
  ].join('\n');
}

/** What is pinned; comments and what has no version are passed over. */
export function readPlugins(text: string): PinnedPlugin[] {
  return text.split('\n').flatMap((line) => {
    const [, name, version] = /^\s*([\w.-]+):([^\s:#]+)/.exec(line) ?? [];
    return name === undefined || version === undefined ? [] : [{ name, version }];
  });
}

/** What became of pins: `+` new, `-` gone, `old → new`. */
export function comparePlugins(before: readonly PinnedPlugin[], now: readonly PinnedPlugin[]): string[] {
  const [old, next] = [before, now].map((list) => new Map(list.map(({ name, version }) => [name, version])));
  const names = [...new Set([...old!.keys(), ...next!.keys()])].sort();
  return names.flatMap((name) => {
    const [from, to] = [old!.get(name), next!.get(name)];
    if (from === to) return [];
    if (from === undefined) return [`+ ${name} ${to}`];
    return [to === undefined ? `- ${name} ${from}` : `  ${name} ${from} → ${to}`];
  });
}

/** The version of Jenkins that a Dockerfile begins with, as its tag says; undefined where no `FROM` is of Jenkins. */
export function readCore(dockerfile: string): string | undefined {
  return /^FROM\s+(?:--\S+\s+)?(?:\S*\/)?jenkins\/jenkins:([0-9]+(?:\.[0-9]+)+)/im.exec(dockerfile)?.[1];
}
