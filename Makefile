# The two commands: `make demo` and `make test`. All of them: `make help`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PY := .venv/bin/python
export PATH := $(CURDIR)/build/apt/bin:$(PATH):/usr/sbin:/sbin
INSIDE = $(PY) -m tools.judge.userns --
PYTEST = $(PY) -m pytest -n 2 --dist loadgroup
QUICK := not slow and not netns and not mqtt and not hardware and not probe_uf2
SEED ?=
CELLS ?= 24
BROKER ?=
SABOTAGE ?=
PART ?= skeleton
ONLY ?=
PLANT ?=
ARGS ?=

.PHONY: help firmware setup setup-demo warm warm-demo programs programs-demo programs-interop kernel demo test interop test-mqtt check quick gen gen-check bench bench-full fuzz fuzz-link prove-tables holds sabotage lock clean-root usb-lab arm64-check arm64-smoke emulator-selftest

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup:  ## .venv with everything a developer needs, from the hashed lock
	@python3 tools/judge/venv.py dev

setup-demo:
	@python3 tools/judge/venv.py demo

programs: setup  ## foreign programs the tests use; those the machine lacks go to build/apt
	@$(PY) -m tools.judge.programs test
	@$(PY) -m tools.judge.npm_programs

programs-demo: setup-demo
	@$(PY) -m tools.judge.programs demo

kernel: setup  ## what the USB lab boots: qemu, Debian's kernel, busybox, into build/
	@$(PY) -m tools.judge.kernel

demo: programs-demo warm-demo  ## the main job, end to end: five simulated lines [SEED=n] [BROKER=url] [SABOTAGE=rate|rsrp|name|loss|receipt]
	@$(INSIDE) $(PY) -m tools.demo $(if $(SEED),--seed $(SEED)) $(if $(BROKER),--broker $(BROKER)) $(if $(SABOTAGE),--sabotage $(SABOTAGE)) $(ARGS)

test: programs warm  ## every test, on both cores, in random order [ARGS="pytest arguments"]
	@$(INSIDE) $(PYTEST) $(ARGS)

programs-interop: setup
	@$(PY) -m tools.judge.programs interop
	@$(PY) -m tools.judge.pypi_programs

interop: programs-interop  ## programs that are not ours, unmodified, at simulated modems [SEED=n] [ONLY=program]
	@$(PY) -m hil_tests.interop $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY)) $(ARGS)

warm: setup  ## the link emulator as machine code, before anything waits for it
	@$(PY) -m hil_tests.sims.operator_net.emulator --warm

warm-demo: setup-demo
	@$(PY) -m hil_tests.sims.operator_net.emulator --warm

test-mqtt: programs  ## the MQTT tests; PANTAU_TEST_BROKER=mqtt://host:port names a broker from outside
	@$(if $(PANTAU_TEST_BROKER),,$(INSIDE)) $(PYTEST) -m mqtt $(ARGS)

check: setup  ## lint, format, types, floors, generated files; ends with the counts that must be 0
	@failed=; step() { "$$@" || failed+=" $$3"; }; \
	step $(PY) -m ruff check .; \
	step $(PY) -m mypy; \
	step $(PY) -m tools.judge.contracts; \
	step $(PY) -m tools.gen --check; \
	step $(PY) -m tools.judge.sleeps; \
	$(PY) -m ruff format --check . || failed+=" format"; \
	[[ -z $$failed ]] || echo "check: FAILED:$$failed"; \
	$(PY) -m tools.judge.counts && [[ -z $$failed ]]

quick: setup  ## at most a minute: lint, types, the quick tests
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PYTEST) -q -m '$(QUICK)' $(ARGS)

gen: setup  ## write every generated file anew
	@$(PY) -m tools.gen

gen-check: setup  ## fail if a generated file is not what `make gen` writes
	@$(PY) -m tools.gen --check

bench: programs warm  ## our estimators judged blind on drawn links, beside iperf3; build/bench.json [CELLS=24] [SEED=n] [ARGS="--half tuning"]
	@$(INSIDE) $(PY) -m hil_tests.bench_measure --cells $(CELLS) $(if $(SEED),--seed $(SEED)) $(ARGS)

bench-full: programs warm  ## the whole grid of links, hours; goes on where it stopped [SEED=1] [ARGS=...]
	@$(INSIDE) $(PY) -m hil_tests.bench_measure --full --seed $(if $(SEED),$(SEED),1) $(ARGS)

fuzz: setup  ## inputs nobody thought of, for every decoder [SEED=n] [SECONDS=240] [PLANT=1..3]
	@$(PY) -m hil_tests.fuzz --json build/fuzz.json $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(PLANT),--plant $(PLANT))
	@$(if $(PLANT),:,$(PY) -m hil_tests.fuzz.link --json build/fuzz-link.json $(if $(SEED),--seed $(SEED)))

fuzz-link: setup  ## the probe board's link: 10 million bytes, half of the damage under a correct CRC [SEED=n] [PLANT=1..4]
	@$(PY) -m hil_tests.fuzz.link --json build/fuzz-link.json $(if $(SEED),--seed $(SEED)) $(if $(PLANT),--plant $(PLANT))

prove-tables: setup  ## change each constant of the drivers' tables once: the tests must notice [ONLY=part of a path]
	@$(PY) -m tools.judge.prove_tables $(if $(ONLY),--only $(ONLY)) $(if $(SEED),--seed $(SEED)) $(ARGS)

emulator-selftest: programs warm  ## judge the link emulator by tcpdump at both ends; build/emulator.json [SEED=n] [ARGS="--part load"]
	@$(INSIDE) $(PY) -m hil_tests.emulator_bench $(if $(SEED),--seed $(SEED)) $(ARGS)

holds: programs programs-interop kernel  ## measure what an issue says must hold [PART=skeleton] [SEED=n]
	@$(INSIDE) $(PY) -m tools.judge.holds --part $(PART) $(if $(SEED),--seed $(SEED))

sabotage: programs  ## switch each protection off: its test must go red [ONLY=name]
	@$(INSIDE) $(PY) -m tools.judge.sabotage $(if $(ONLY),--only $(ONLY))

lock: setup  ## write requirements/*.txt anew from pyproject.toml
	@$(PY) -m tools.judge.lock $(ARGS)

firmware: setup  ## the probe board's files: compiled, with sizes and sha256 manifest, in build/firmware/BOARD
	@$(PY) -m tools.kit.image --out build/firmware

usb-lab: programs kernel  ## real USB drivers in a virtual machine: ports and sticks found, unplugged, renumbered [ARGS="check ..."]
	@$(INSIDE) $(PY) -m hil_tests.usb_lab $(ARGS)

arm64-check: setup  ## every locked package has wheels for the box: aarch64, Python 3.11 and 3.13 [ARGS="--also mkl==2025.2.0"]
	@$(PY) -m tools.judge.arm64 $(ARGS)

arm64-smoke: setup  ## imports and unit tests on an emulated arm64 Debian; as root, Linux 6.7 or newer, a quarter of an hour at first
	@$(PY) -m tools.judge.arm64_smoke $(ARGS)

clean-root: programs  ## prove demo and tests on a fresh Debian in a root of its own
	@$(PY) -m tools.judge.clean_root $(ARGS)
