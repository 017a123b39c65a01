/**
 * What one-shot jobs do with a JENKINS_HOME, in any `sh` with the usual programs. The folder that holds it is at /data; $1 is
 * its name there, $2 the snapshot's id. Each may end at any instant and be run again: what has a name is whole, since it was
 * renamed last, and no controller runs meanwhile.
 */
export const SCRIPTS = {
  /** Prints the size in KiB last. What failed before is kept for those who look, unless its room is needed. */
  snapshot: `set -eu
home=/data/$1 to=/data/$1.snapshot-$2
need=$(du -sk "$home" | cut -f1)
lacks_room() {
  free=$(df -Pk /data | tail -n 1 | awk '{ print $4 }')
  [ "$free" -lt $((need + need / 20)) ]
}
if [ ! -d "$to" ]; then
  rm -rf "$home.snapshot-"*.tmp "$home.restored-"*.tmp
  if lacks_room; then rm -rf "$home.failed-"*; fi
  if lacks_room; then
    echo "a copy of JENKINS_HOME needs $need KiB, its disk has $free KiB left"
    exit 1
  fi
  cp -a "$home" "$to.tmp" || { rm -rf "$to.tmp"; exit 1; }
  mv "$to.tmp" "$to"
fi
echo "$need"`,

  /** The snapshot becomes the home: two renames. What failed is kept beside it, to be looked at; but none that failed before. */
  restore: `set -eu
home=/data/$1 from=/data/$1.snapshot-$2 failed=/data/$1.failed-$2
if [ -d "$from" ]; then
  if [ -e "$home" ]; then
    rm -rf "$failed"
    mv "$home" "$failed"
  fi
  mv "$from" "$home"
fi
[ -d "$home" ]
rm -rf "$home.restored-"*
for one in "$home.failed-"*; do
  if [ -d "$failed" ] && [ "$one" != "$failed" ]; then rm -rf "$one"; fi
done`,

  /** A snapshot that may have been taken while somebody wrote. */
  discard: `set -eu
rm -rf "/data/$1.snapshot-$2" "/data/$1.snapshot-$2.tmp"`,

  /**
   * Without what a build or an image makes again; plugins are the image's. Prints KiB, bytes and SHA-256 last. GNU's tar ends
   * with 1 where a file grew meanwhile, as a running build's log does.
   */
  pack: `set -eu
home=/data/$1 to=/data/.millrace-backup-$2.tar.gz
rm -f "$to.tmp"
cd "$home"
set --
for one in * .*; do
  case $one in
    . | .. | workspace | caches | cache | .cache | tmp | plugins | war) ;;
    *) if [ -e "$one" ] || [ -L "$one" ]; then set -- "$@" "./$one"; fi ;;
  esac
done
if [ $# -eq 0 ]; then
  echo "JENKINS_HOME is empty: there is nothing to back up"
  exit 1
fi
tar -czf "$to.tmp" "$@" || [ $? -eq 1 ]
tar -tzf "$to.tmp" >/dev/null
mv "$to.tmp" "$to"
echo "$(du -sk "$home" | cut -f1) $(wc -c <"$to") $(sha256sum "$to" | cut -d ' ' -f 1)"`,

  /** What was packed becomes the home, by renames; $3 is its SHA-256. */
  unpack: `set -eu
home=/data/$1 from=/data/.millrace-backup-$2.tar.gz new=/data/$1.restored-$2 old=/data/$1.failed-$2
if [ -d "$old" ] && [ -d "$home" ] && [ ! -d "$new" ]; then exit 0; fi
if [ "$(sha256sum "$from" | cut -d ' ' -f 1)" != "$3" ]; then
  echo "the backup is damaged: its SHA-256 is not that of its manifest"
  exit 1
fi
if [ ! -d "$new" ]; then
  rm -rf "$new.tmp"
  mkdir "$new.tmp"
  tar -xzf "$from" -C "$new.tmp"
  chown "$(stat -c %u:%g "$home")" "$new.tmp"
  chmod "$(stat -c %a "$home")" "$new.tmp"
  mv "$new.tmp" "$new"
fi
[ ! -e "$home" ] || mv "$home" "$old"
mv "$new" "$home"`,

  forget: `set -eu
rm -f "/data/.millrace-backup-$2.tar.gz" "/data/.millrace-backup-$2.tar.gz.tmp"`,

  /** All but the newest snapshot: its names sort by time. */
  sweep: `set -eu
cd /data
rm -rf "./$1.snapshot-"*.tmp "./$1.failed-"* "./$1.restored-"*
newest=
for one in "./$1.snapshot-"*; do
  [ -d "$one" ] && newest=$one
done
for one in "./$1.snapshot-"*; do
  [ "$one" = "$newest" ] || rm -rf "$one"
done`,
} as const;
