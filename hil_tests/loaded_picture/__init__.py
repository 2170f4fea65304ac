"""One loaded test of a box on a simulated line, drawn: throughput, round trips and RSRP on one clock."""
