import { dockerfileOf, plainFolder } from '../dockerfile-path.ts';
import type { RuleContext } from './rule-context.ts';

/**
 * plugins.txt beside a Dockerfile that speaks of Jenkins is read by jenkins-plugin-cli: each line `id:version`
 * (jenkinsci/plugin-installation-manager-tool). Without a version, or with `latest`, the same commit would give
 * another controller tomorrow.
 */
export function checkPlugins({ project, files, reportIn }: RuleContext): void {
  const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
  const contexts = new Set(
    Object.values(project.images)
      .filter((image) => /jenkins/i.test(decode(files.read(dockerfileOf(image)))))
      .map((image) => plainFolder(image.context)),
  );
  for (const context of contexts) {
    const file = context === '' ? 'plugins.txt' : `${context}/plugins.txt`;
    const bytes = files.read(file);
    if (!bytes) continue;
    const lines = decode(bytes).split(/\r?\n/);
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
