"""Inputs nobody thought of, for every decoder: `make fuzz [SEED=n] [SECONDS=s] [PLANT=1..3]`."""
