import { impliedBy } from './detached-plugins.ts';
import type { OfferedPlugin, SecurityWarning, UpdateCenter } from './update-center.ts';
import { warningsOf } from './update-center.ts';
import { compareVersions } from './version-number.ts';

/** A plugin of the closure. */
export interface ChosenPlugin {
  name: string;
  version: string;
  /** Who needs it, sorted; empty where the list itself names it and nobody else does. */
  neededBy: string[];
}

export interface PluginClosure {
  /** Sorted by name. */
  plugins: ChosenPlugin[];
  /** Why these cannot run together, one line each; where there are any, the closure is none. */
  problems: string[];
}

interface Need {
  name: string;
  /** At least; undefined where any will do. */
  version?: string;
  by?: OfferedPlugin;
  isImplied?: boolean;
}

/**
 * All that the wanted plugins need to run on a Jenkins, as an update center offers it. Optional dependencies are not
 * taken in, but those that are there for another reason have to be new enough.
 * @param core version of Jenkins
 */
export function closePlugins(wanted: readonly string[], center: UpdateCenter, core: string): PluginClosure {
  const chosen = new Map<string, OfferedPlugin>();
  const neededBy = new Map<string, Set<string>>();
  const problems: string[] = [];
  const queue: Need[] = wanted.map((name) => ({ name }));
  // Whoever is in has been asked already: plugins that need each other come to an end here.
  for (let need = queue.shift(); need; need = queue.shift()) {
    const offered = Object.hasOwn(center.plugins, need.name) ? center.plugins[need.name] : undefined;
    if (!offered) {
      problems.push(describeMissing(need));
      continue;
    }
    if (need.by) neededBy.set(need.name, (neededBy.get(need.name) ?? new Set()).add(need.by.name));
    if (chosen.has(need.name)) continue;
    chosen.set(need.name, offered);
    if (compareVersions(offered.requiredCore, core) > 0)
      problems.push(
        `${label(offered)} needs Jenkins ${offered.requiredCore}, found ${core}; take a newer base image, or the update center of its line`,
      );
    queue.push(...needsOf(offered, core));
  }
  for (const plugin of chosen.values()) problems.push(...findTooOld(plugin, chosen));
  const plugins = [...chosen.values()].map(({ name, version }) => ({
    name,
    version,
    neededBy: [...(neededBy.get(name) ?? [])].sort(),
  }));
  return { plugins: plugins.sort((a, b) => (a.name < b.name ? -1 : 1)), problems: [...new Set(problems)] };
}

/** Warnings about what was chosen, and about the Jenkins that it runs on. */
export function findWarnings(
  plugins: readonly Pick<ChosenPlugin, 'name' | 'version'>[],
  center: UpdateCenter,
  core: string,
): { subject: string; warning: SecurityWarning }[] {
  const about = plugins.flatMap(({ name, version }) =>
    warningsOf(center, 'plugin', name, version).map((warning) => ({
      subject: `${name} ${version}`,
      warning,
    })),
  );
  const ofCore = warningsOf(center, 'core', 'core', core);
  return [...ofCore.map((warning) => ({ subject: `Jenkins ${core}`, warning })), ...about];
}

function needsOf(plugin: OfferedPlugin, core: string): Need[] {
  const said = plugin.dependencies.filter(({ optional }) => !optional);
  const implied = impliedBy(plugin.name, plugin.requiredCore, core).filter(
    ({ name }) => !plugin.dependencies.some((one) => one.name === name),
  );
  return [
    ...said.map(({ name, version }) => ({ name, version, by: plugin })),
    ...implied.map(({ name, version }) => ({ name, version, by: plugin, isImplied: true })),
  ];
}

function findTooOld(plugin: OfferedPlugin, chosen: ReadonlyMap<string, OfferedPlugin>): string[] {
  return plugin.dependencies.flatMap(({ name, version }) => {
    const found = chosen.get(name);
    if (!found || compareVersions(found.version, version) >= 0) return [];
    return [
      `${label(plugin)} needs ${name} ${version} or newer, and the update center offers ${found.version}`,
    ];
  });
}

function describeMissing({ name, version, by, isImplied }: Need): string {
  if (!by) return `${name}: the update center has no such plugin; correct its name`;
  const why = isImplied ? `, which was a part of Jenkins ${by.requiredCore}` : '';
  return `${label(by)} needs ${name} ${version}${why}, and the update center has no such plugin`;
}

function label({ name, version }: OfferedPlugin): string {
  return `${name} ${version}`;
}
