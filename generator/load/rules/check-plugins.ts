import type { RuleContext } from './rule-context.ts';

/**
 * plugins.txt beside an image's Dockerfile is read by jenkins-plugin-cli: each line `id:version`. Without a
 * version, or with `latest`, the same commit would give another controller tomorrow.
 */
export function checkPlugins({ project, files, reportIn }: RuleContext): void {
  const contexts = new Set(Object.values(project.images).map((image) => image.context.replace(/\/+$/, '')));
  for (const context of contexts) {
    const file = context === '.' ? 'plugins.txt' : `${context}/plugins.txt`;
    const bytes = files.read(file);
    if (!bytes) continue;
    const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
    lines.forEach((whole, index) => {
      const text = whole.replace(/#.*/, '').trim();
      const [id, version] = text.split(':');
      if (
        text === '' ||
        (version !== undefined &&
          version !== '' &&
          !['latest', 'experimental', 'incrementals'].includes(version))
      )
        return;
      reportIn(file, {
        line: index + 1,
        column: 1 + whole.search(/\S/),
        message: `plugin "${id}" is not pinned: expected id:version, found "${text}"`,
        hint: 'name its exact version',
      });
    });
  }
}
