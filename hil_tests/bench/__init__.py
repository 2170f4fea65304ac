"""What tests stand on: brokers and other foreign programs, started for a test and ended with it."""
