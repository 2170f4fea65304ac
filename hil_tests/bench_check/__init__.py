"""The checker of the judged bench: reads a raw journal only, shares no code with what wrote it."""
