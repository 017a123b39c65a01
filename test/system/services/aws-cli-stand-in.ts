import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../../../generator/plan/plan.ts';
import { makeLayer, pushImage } from './base-image.ts';

/** What the stand-in for AWS takes. */
export const AWS_KEY = 'a key = with "signs" $(nobody) runs';

/** Stands for the AWS CLI of the tools image: its `s3` over a folder beside JENKINS_HOME, for whoever has the key. */
const AWS = `#!/bin/sh
[ "$AWS_SECRET_ACCESS_KEY" = '${AWS_KEY}' ] || { echo "AccessDenied" >&2; exit 255; }
command=$2
shift 2
[ "$1" = --only-show-errors ] && shift
path() { case $1 in s3://*) echo "/data/bucket/\${1#s3://}" ;; *) echo "$1" ;; esac; }
from=$(path "$1") to=$(path "\${2:--}")
[ "$to" = - ] || mkdir -p "$(dirname "$to")"
case $command in
  ls) [ -d "$from" ] || exit 1; ls -1 "$from" | sed 's/^/2026-01-01 00:00:00 1 /' ;;
  rm) rm -f "$from" ;;
  cp) if [ "$from" = - ]; then cat >"$to"; elif [ "$to" = - ]; then cat "$from"; else cp "$from" "$to"; fi ;;
esac
`;

export async function pushAwsCli(registry: string): Promise<Artifact> {
  const layer = makeLayer((root) => {
    writeFileSync(join(root, 'bin/aws'), AWS);
    chmodSync(join(root, 'bin/aws'), 0o755);
  });
  const id = await pushImage(registry, 'shop/agent', 'aws', layer, { Env: ['PATH=/bin'] });
  return { id, reference: `127.0.0.1:1/shop/agent@${id}` };
}
