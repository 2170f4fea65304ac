"""The configuration file: its shape, and errors that name line and nearest key."""
