#!/bin/busybox sh
# Process 1 of the USB lab's virtual machine: modules, the host's files (read-only), then the checks.
/bin/busybox mkdir -p /proc /sys /dev /host /sbin /usr/bin /usr/sbin
/bin/busybox mount -t proc proc /proc
/bin/busybox --install -s /bin
export PATH=/bin
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec >/dev/kmsg 2>&1
while read -r name parameters; do
    insmod "/modules/$name.ko" $parameters || echo "usb-lab: module $name is not loaded"
done </modules/order
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t configfs configfs /sys/kernel/config
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host
for folder in /dev /dev/pts /dev/shm /proc /sys /sys/kernel/config; do
    mount -o bind $folder /host$folder
done
mount -t tmpfs tmpfs /host/run
mkdir -p /run/netns /host/run/lock /host/run/tmp /host/run/netns
ip link set lo up
. /settings
chroot /host /bin/sh -c "cd '$LAB_FOLDER' && exec env -i $LAB_ENVIRONMENT '$LAB_PYTHON' -m hil_tests.usb_lab.guest $LAB_CHECKS"
echo "usb-lab: guest ended with status $?"
poweroff -f
