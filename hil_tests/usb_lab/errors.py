"""UsbLabError      everything the host's side of the USB lab raises
|- MissingPart     qemu, kernel, busybox or a module is not there   -> `make usb-lab` fetches them
+- GuestFailed     the virtual machine ended or hung before it was done -> read the log's last lines"""


class UsbLabError(Exception):
    """The lab cannot be run, or did not run to its end; the text says what to do."""


class MissingPart(UsbLabError):
    """Something the lab is made of is not there."""


class GuestFailed(UsbLabError):
    """The virtual machine did not come to its end."""
