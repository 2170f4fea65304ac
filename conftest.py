"""What every test run of the repository has: benches, and in CI nothing may be skipped in silence."""

pytest_plugins = ["tools.judge.pytest_skips", "hil_tests.bench.plugin"]
