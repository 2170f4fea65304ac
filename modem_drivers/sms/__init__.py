"""Short messages and cell broadcast: octets in, values out; no port, no clock, no store on disk."""
