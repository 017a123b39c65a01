import { MAKE_DEVICES } from './volumes.ts';

/**
 * What a machine does between power and its first process, in namespaces of its own: it mounts its disk and what a
 * kernel gives, and does the part of cloud-init (cloudinit.readthedocs.io): host name, host keys, users. Reads
 * `FOLDER`, `LOWER` (layers of overlayfs, uppermost first, `:` between them), `HOST_NAME`, and files of the folder:
 * `logins` (user, tab, public key), `resolv.conf`, `devices` (as `deviceLines` writes them), `image-disk` (where what the
 * engine kept when the image was made lies; empty for none).
 */
export const BOOT_SCRIPT = `set -eu
root=$FOLDER/root
mkdir -p "$root" "$FOLDER/upper" "$FOLDER/work" "$FOLDER/disk"
mount -t overlay machine -o "lowerdir=$LOWER,upperdir=$FOLDER/upper,workdir=$FOLDER/work" "$root"

# An engine's own layers cannot lie on overlayfs.
for path in var/lib/docker var/lib/containerd; do
  disk=$FOLDER/disk/\${path##*/}
  if [ ! -d "$disk" ]; then
    rm -rf "$disk.new" && mkdir "$disk.new"
    seed=$(cat "$FOLDER/image-disk")/\${path##*/}
    if [ -d "$seed" ]; then cp -a "$seed/." "$disk.new/"; fi
    mv "$disk.new" "$disk"
  fi
  mkdir -p "$root/$path" && mount --bind "$disk" "$root/$path"
done

mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/run"
mount -t tmpfs -o mode=755,size=4m tmpfs "$root/dev"
while read -r name major minor; do mknod -m 666 "$root/dev/$name" c "$major" "$minor"; done <<'END'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
fuse 10 229
END
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue" "$root/run/lock" "$root/run/sshd"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
mount -t mqueue mqueue "$root/dev/mqueue"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for number in 0 1 2; do
  set -- stdin stdout stderr && shift "$number"
  ln -s "/proc/self/fd/$number" "$root/dev/$1"
done

(cd "$root/dev" && ${MAKE_DEVICES}) <"$FOLDER/devices"

hostname "$HOST_NAME"
rm -f "$root/etc/resolv.conf" && cp "$FOLDER/resolv.conf" "$root/etc/resolv.conf"
if [ ! -e "$FOLDER/configured" ]; then
  printf '%s\\n' "$HOST_NAME" >"$root/etc/hostname"
  printf '127.0.0.1 localhost\\n127.0.1.1 %s\\n::1 localhost ip6-localhost\\n' "$HOST_NAME" >"$root/etc/hosts"
  if [ ! -s "$root/etc/machine-id" ]; then tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"; fi
  # A proxy between this machine and the world stands between its machines and the world, too.
  if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
    mkdir -p "$root/usr/local/share/ca-certificates"
    cp -L /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >/dev/null 2>&1 || true
  fi
  rm -f "$root"/etc/ssh/ssh_host_*
  # Not RSA, which takes longer than all else together.
  for type in ed25519 ecdsa; do
    chroot "$root" ssh-keygen -q -t "$type" -N '' -C "root@$HOST_NAME" -f "/etc/ssh/ssh_host_\${type}_key"
  done
  while IFS=$'\\t' read -r user key; do
    if ! chroot "$root" id "$user" >/dev/null 2>&1; then
      chroot "$root" useradd --create-home --shell /bin/bash --password '*' "$user"
      printf '%s ALL=(ALL) NOPASSWD:ALL\\n' "$user" >"$root/etc/sudoers.d/90-lab-$user"
      chmod 440 "$root/etc/sudoers.d/90-lab-$user"
    fi
    home=$(chroot "$root" getent passwd "$user" | cut -d: -f6)
    mkdir -p "$root$home/.ssh"
    keys=$root$home/.ssh/authorized_keys
    touch "$keys"
    grep -qxF -- "$key" "$keys" || printf '%s\\n' "$key" >>"$keys"
    chmod 700 "$root$home/.ssh" && chmod 600 "$keys"
    chroot "$root" chown -R "$user:" "$home/.ssh"
  done <"$FOLDER/logins"
  touch "$FOLDER/configured"
fi

cp "$FOLDER/machine-init" "$root/run/machine-init"
cd "$root"
pivot_root . .
umount --lazy .
# No variable of who started this gets in.
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \\
  chroot . /run/machine-init
`;

/**
 * The machine's first process. bash takes the end of every child, also of those whose parent has died, which is what a
 * first process is for. As systemd would, it starts the engine where there is one, installed later or not, and again
 * where it ended without being told to.
 */
export const MACHINE_INIT = `#!/bin/bash
cd /
trap 'ending=yes' TERM
ending=
ulimit -n 65536 2>/dev/null
mount -a >/dev/null 2>&1
/usr/sbin/sshd
touch /run/machine-ready

# Where this one may not raise its own limit of open files, no container starts that is to have a higher one.
fit_limits() {
  set -- "$(grep -oE '"Hard": *[0-9]+' "$1" | grep -oE '[0-9]+$' | sort -n | tail -n 1)" "$1"
  if [ -z "$1" ] || (ulimit -n "$1") 2>/dev/null; then cat "$2" && return; fi
  sed -E 's/("(Soft|Hard)": *)[0-9]+/\\1'"$(ulimit -Hn)/g" "$2"
}

keep_engine() {
  while true; do
    if [ ! -e /run/engine-off ] && type dockerd containerd >/dev/null 2>&1; then
      rm -f /run/docker.pid
      set --
      if [ -e /etc/docker/daemon.json ]; then
        fit_limits /etc/docker/daemon.json >/run/daemon.json
        set -- --config-file /run/daemon.json
      fi
      dockerd "$@" --pidfile /run/docker.pid >>/var/log/docker.log 2>&1
    fi
    sleep 0.5
  done
}
keep_engine &
while [ -z "$ending" ]; do
  sleep infinity &
  wait "$!"
done
/usr/local/sbin/service docker stop
umount -a -t ext4,xfs >/dev/null 2>&1
`;

/**
 * A stand-in for service(8) as far as Docker goes, for there is no systemd; everything else goes to the real one. It lies
 * in a layer below what the machine writes, so that no image that is made of the machine has it.
 */
export const SERVICE_STAND_IN = `#!/bin/sh
if [ "$1" != docker ] || ! type dockerd >/dev/null 2>&1; then exec /usr/sbin/service "$@"; fi
engine() { kill "-$1" "$(cat /run/docker.pid)"; } 2>/dev/null
runs() { engine 0; }
answers() { runs && docker --host unix:///run/docker.sock version >/dev/null 2>&1; }
start() {
  rm -f /run/engine-off
  for attempt in $(seq 300); do
    if answers; then return 0; fi
    sleep 0.1
  done
  echo 'the engine does not come up; see /var/log/docker.log' >&2
  return 1
}
stop() {
  touch /run/engine-off
  engine TERM
  while runs; do sleep 0.1; done
}
case $2 in
  start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  reload | force-reload) engine HUP ;;
  status) if answers; then echo 'Docker is running.'; else echo 'Docker is not running.' && exit 3; fi ;;
  *) echo 'start, stop, restart, reload or status' >&2 && exit 2 ;;
esac
`;
