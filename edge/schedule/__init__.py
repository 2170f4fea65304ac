"""What may be measured when: the byte budget of each SIM. Pure: readings and the time come in."""
