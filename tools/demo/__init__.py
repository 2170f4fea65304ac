"""The demo: a simulated site, a box and a headquarters as programs, judged from outside."""
