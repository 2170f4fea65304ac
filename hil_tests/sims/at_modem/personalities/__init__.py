"""The models a simulated modem can be: one file of literal rows each, over the rows of the standard."""
