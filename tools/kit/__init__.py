"""pantau-kit: what a technician does with a box and its probe board."""
