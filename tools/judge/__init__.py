"""The repository's judging tools: set-up, counts, skips, holds, sabotage, foreign programs, clean root."""
