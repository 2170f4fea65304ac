#!/bin/sh
# Runs in a mount and process namespace of its own (tools/judge/clean_root.py):
#     clean_root.sh ROOT USER FOLDER BINDS COMMAND...
# pivot_root, not chroot: a chrooted process may not create user namespaces.
set -eu
root=$1 user=$2 folder=$3 binds=$4
shift 4

mount --bind "$root" "$root"
cd "$root"
mount -t proc -o nosuid,nodev,noexec proc proc
mount -t sysfs -o nosuid,nodev,noexec sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty net/tun; do
    [ -e "/dev/$node" ] || continue
    mkdir -p "dev/$(dirname "$node")"
    : >"dev/$node"
    mount --bind "/dev/$node" "dev/$node"
done
mkdir -p dev/pts dev/shm run/lock old
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
for place in $binds; do # what the machine's pip is told to read, as it is
    mkdir -p "./$place"
    mount --bind -o ro "$place" "./$place"
done
pivot_root . old
cd /
umount -l /old
cd "$folder"
[ "$user" = root ] && exec "$@"
exec runuser -u "$user" -- "$@"
