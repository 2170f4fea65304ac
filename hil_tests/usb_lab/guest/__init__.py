"""The guest's side of the USB lab: runs as root in the virtual machine, and only there."""
