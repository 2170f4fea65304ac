"""The AT language: results, reply tables, and the command line as a state machine. Pure."""
