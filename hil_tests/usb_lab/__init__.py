"""The USB lab: Debian's kernel in qemu, with gadgets that are our modems and the kernel's real USB drivers.

    host   __main__  image (modules, cpio, init.sh)  machine (qemu)  log -> verdicts
    guest  guest/    gadgets and devices, and one file a check; it speaks through the kernel's log

How to use it and how to add a device: docs/usb-lab.md.
"""
