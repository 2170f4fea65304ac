"""The `pantau` command, one file a verb."""
