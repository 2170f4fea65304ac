"""The demo's last word: pure functions from loaded logs and messages to figures with a verdict."""
