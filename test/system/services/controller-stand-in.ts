import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../../../generator/plan/plan.ts';
import { makeLayer, pushImage } from './base-image.ts';

/** How a stand-in for a controller's image behaves. */
export type Manner = 'good' | 'never healthy' | 'crashes';

/**
 * A stand-in for Jenkins' controller: it serves /health/, which its image's HEALTHCHECK asks, and changes its home when it
 * starts, as a newer Jenkins does that an older one could not read.
 */
const PROGRAM = `#!/bin/sh
home=/var/jenkins_home
echo "begins $VERSION"
echo "$VERSION" >$home/version
echo "$VERSION" >>$home/started
mkdir -p /srv/health
case $MANNER in
  good) echo '{"status":true}' >/srv/health/index.html ;;
  crashes)
    echo '{"status":true}' >/srv/health/index.html
    (sleep 3; echo "no such field: $VERSION" >&2; kill 1) &
    ;;
esac
trap 'exit 1' TERM
httpd -f -p 8080 -h /srv &
wait
`;

/** @returns the artifact of an image of the project `shop` */
export async function pushController(
  registry: string,
  version: string,
  manner: Manner = 'good',
): Promise<Artifact> {
  const layer = makeLayer((root) => {
    writeFileSync(join(root, 'controller'), PROGRAM);
    chmodSync(join(root, 'controller'), 0o755);
  });
  const seconds = (count: number): number => count * 1_000_000_000;
  const digest = await pushImage(registry, 'shop/controller', version, layer, {
    Env: ['PATH=/bin', `VERSION=${version}`, `MANNER=${manner}`],
    Cmd: ['/controller'],
    Healthcheck: {
      Test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/health/'],
      Interval: seconds(1),
      Timeout: seconds(10),
      StartPeriod: seconds(1),
      Retries: 2,
    },
  });
  return { id: digest, reference: `127.0.0.1:1/shop/controller@${digest}` };
}
