"""Namespaces, interfaces and privileges; the only room that knows netlink."""
