"""The emulator judged from outside: `python -m hil_tests.emulator_bench`, `make emulator-selftest`."""
