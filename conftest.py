"""What every test run of the repository has: in CI nothing may be skipped in silence."""

pytest_plugins = ["tools.judge.pytest_skips"]
