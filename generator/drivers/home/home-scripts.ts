/**
 * What one-shot jobs do with a JENKINS_HOME, in any `sh` with the usual programs. The folder that holds it is at /data; $1 is
 * its name there, $2 the snapshot's id. Each may end at any instant and be run again: what has a name is whole, since it was
 * renamed last, and no controller runs meanwhile.
 */
export const SCRIPTS = {
  /** Prints the size in KiB last. */
  snapshot: `set -eu
home=/data/$1 to=/data/$1.snapshot-$2
need=$(du -sk "$home" | cut -f1)
if [ ! -d "$to" ]; then
  rm -rf "$to.tmp"
  free=$(df -Pk /data | tail -n 1 | awk '{ print $4 }')
  if [ "$free" -lt $((need + need / 20)) ]; then
    echo "a copy of JENKINS_HOME needs $need KiB, its disk has $free KiB left"
    exit 1
  fi
  cp -a "$home" "$to.tmp" || { rm -rf "$to.tmp"; exit 1; }
  mv "$to.tmp" "$to"
fi
echo "$need"`,

  /** The snapshot becomes the home: two renames. What failed is kept beside it, to be looked at. */
  restore: `set -eu
home=/data/$1 from=/data/$1.snapshot-$2 failed=/data/$1.failed-$2
if [ -d "$from" ]; then
  if [ -e "$home" ]; then
    rm -rf "$failed"
    mv "$home" "$failed"
  fi
  mv "$from" "$home"
fi
[ -d "$home" ]`,

  /** A snapshot that may have been taken while somebody wrote. */
  discard: `set -eu
rm -rf "/data/$1.snapshot-$2" "/data/$1.snapshot-$2.tmp"`,

  /** All but the newest snapshot: its names sort by time. */
  sweep: `set -eu
cd /data
rm -rf "./$1.snapshot-"*.tmp "./$1.failed-"*
newest=
for one in "./$1.snapshot-"*; do
  [ -d "$one" ] && newest=$one
done
for one in "./$1.snapshot-"*; do
  [ "$one" = "$newest" ] || rm -rf "$one"
done`,
} as const;
