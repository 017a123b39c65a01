import { has, missing, ok, versionIn, warning } from './context.ts';
import type { Check } from './context.ts';

const INSTALL = 'install it: https://developer.hashicorp.com/packer/install';
/** From here on plugins are programs of their own. */
const FIRST_WITH_PLUGINS = [1, 7] as const;

/** Packer, and from 1.7 on the plugins that the templates pin; these are installed by the first bake. */
export const checkPacker: Check = async ({ project, run, files, root }) => {
  if (!has(project.amis)) return [];
  const result = await run({
    file: 'packer',
    args: ['version'],
    env: { CHECKPOINT_DISABLE: '1' },
    cwd: root,
  }).catch(() => undefined);
  if (result?.code !== 0) return [missing('packer', 'there is no packer on the PATH', INSTALL)];
  const version = versionIn(result.stdout);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [first, second] = FIRST_WITH_PLUGINS;
  if (major === first && minor < second) return [ok('packer', `packer ${version}, its plugins built in`)];
  const folders = new Set(
    Object.values(project.amis).map(({ template }) => template.replace(/[^/]*$/, 'plugins')),
  );
  const pinned = [...folders].filter((folder) => files.kind(folder) === 'directory');
  if (pinned.length === 0)
    return [
      ok('packer', `packer ${version}`),
      warning(
        'packer plugins',
        `no folder ${[...folders].join(', ')} pins the plugins that packer ${version} takes from outside`,
        '`millrace init --platform` writes one, with required_plugins',
      ),
    ];
  return [ok('packer', `packer ${version}; the first bake installs the plugins of ${pinned.join(', ')}`)];
};
