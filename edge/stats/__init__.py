"""Estimators from samples to figures, in pure Python."""
