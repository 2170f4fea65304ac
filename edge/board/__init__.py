"""The probe board as the box sees it: the session over its wire, the power of the modems, what it tells."""
