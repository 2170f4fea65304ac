"""What a bench is made of: simulators we start ourselves, or ports somebody else provides."""
