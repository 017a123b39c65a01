import { compareVersions } from './version-number.ts';

/** What was once a part of Jenkins itself. */
export interface DetachedPlugin {
  name: string;
  /** Plugins made for this release of Jenkins, or an older one, take it for granted. */
  lastCore: string;
  /** The version that they then need. */
  version: string;
}

/** Source: jenkinsci/jenkins, core/src/main/resources/jenkins/split-plugins.txt. */
const DETACHED: readonly DetachedPlugin[] = [
  { name: 'maven-plugin', lastCore: '1.296', version: '1.296' },
  { name: 'subversion', lastCore: '1.310', version: '1.0' },
  { name: 'cvs', lastCore: '1.340', version: '0.1' },
  { name: 'ant', lastCore: '1.430', version: '1.0' },
  { name: 'javadoc', lastCore: '1.430', version: '1.0' },
  { name: 'external-monitor-job', lastCore: '1.467', version: '1.0' },
  { name: 'ldap', lastCore: '1.467', version: '1.0' },
  { name: 'pam-auth', lastCore: '1.467', version: '1.0' },
  { name: 'mailer', lastCore: '1.493', version: '1.2' },
  { name: 'matrix-auth', lastCore: '1.535', version: '1.0.2' },
  { name: 'antisamy-markup-formatter', lastCore: '1.553', version: '1.0' },
  { name: 'matrix-project', lastCore: '1.561', version: '1.0' },
  { name: 'junit', lastCore: '1.577', version: '1.0' },
  { name: 'bouncycastle-api', lastCore: '2.16', version: '2.16.0' },
  { name: 'command-launcher', lastCore: '2.86', version: '1.0' },
  { name: 'jdk-tool', lastCore: '2.112', version: '1.0' },
  { name: 'jaxb', lastCore: '2.163', version: '2.3.0' },
  { name: 'trilead-api', lastCore: '2.184', version: '1.0.4' },
  { name: 'sshd', lastCore: '2.281', version: '3.236.ved5e1b_cb_50b_2' },
  { name: 'javax-activation-api', lastCore: '2.330', version: '1.2.0-2' },
  { name: 'javax-mail-api', lastCore: '2.330', version: '1.6.2-5' },
  { name: 'instance-identity', lastCore: '2.356', version: '3.1' },
];

/**
 * What a plugin needs without saying so: what was split from Jenkins after the release that it was made for. A detached
 * plugin itself needs none of them, which would lead in circles.
 * @param requiredCore the oldest Jenkins that it runs on
 * @param core the Jenkins at hand; what it still holds itself is no plugin
 */
export function impliedBy(name: string, requiredCore: string, core: string): readonly DetachedPlugin[] {
  if (DETACHED.some((one) => one.name === name)) return [];
  return DETACHED.filter(
    ({ lastCore }) => compareVersions(requiredCore, lastCore) <= 0 && compareVersions(core, lastCore) > 0,
  );
}
