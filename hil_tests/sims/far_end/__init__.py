"""What stands at the far end of a modem's network: who gives out addresses, and servers that misbehave."""
