"""A whole election office, simulated: modems, operators' networks, the far end, all drawn from one seed."""
