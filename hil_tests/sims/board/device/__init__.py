"""Runs on the VM: modules of a board that the port lacks; vm.py sends their text."""
