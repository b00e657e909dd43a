# `make demo` and `make test` do all the set-up; they need Python 3.11 or newer, make, and a package registry the first time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint types contracts check bench torture coverage reliability screenshots keys clean

demo: $(VENV)/.installed
	$(BIN)/paperlab demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check paperlab tests benchmarks docs
	$(BIN)/ruff check paperlab tests benchmarks docs

types: $(VENV)/.installed-dev
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev
	$(BIN)/lint-imports

check: lint types contracts test

# The libraries of the benchmarks are made once, which takes some minutes, and kept in BENCH.
BENCH ?= $(or $(TMPDIR),/tmp)/paperlab-bench

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/tui_start.py $(BENCH)
	$(BIN)/python benchmarks/tui_keys.py $(BENCH)
	$(BIN)/python benchmarks/tui_heartbeat.py $(BENCH)

# KILLS at random instants, and every fault at every operation of the disk: an hour. Cut off, it goes on where it was.
torture: $(VENV)/.installed-dev
	PYTHONPATH=.:tests $(BIN)/python -m torture kills $(or $(KILLS),1000)
	PYTHONPATH=.:tests $(BIN)/python -m torture faults
	PYTHONPATH=.:tests $(BIN)/python -m torture record

# lines and branches of library/, services/ and domain/ that the tests take: twice the time of the tests
coverage: $(VENV)/.installed-dev
	PYTHONPATH=.:tests $(BIN)/python -m torture.covered

# the page docs/reliability.md out of what the trials have written into docs/reliability/
reliability: $(VENV)/.installed-dev
	PYTHONPATH=.:tests $(BIN)/python -m torture.table

screenshots: $(VENV)/.installed-dev
	$(BIN)/python docs/screenshots.py

keys: $(VENV)/.installed-dev
	$(BIN)/python docs/keys.py

# torch first: with it in place nothing else pulls another, larger build.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "paperlab needs Python 3.11 or newer (make PYTHON=python3.12 …)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing paperlab into $(VENV) (once; a few minutes on a slow line) …"
	@$(PIP) torch==2.13.0
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP) -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
