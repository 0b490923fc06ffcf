# Two commands on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
DEALT := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
STAMP := $(VENV)/.installed

.PHONY: help setup demo test check bench long certificate lock clean

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(STAMP) ## make .venv with the console script .venv/bin/grader

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "grader needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Say make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q grader reference
	@touch $(STAMP)

demo: setup ## serve a demo course on http://127.0.0.1:8000 (PORT= for another), until Ctrl-C
	@$(BIN)/grader demo --port $(PORT) $(if $(ISOLATION),--isolation $(ISOLATION))

check: setup ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check ## every check and test of the project
	$(BIN)/python -m pytest $(DEALT)

bench: setup ## the benchmarks, as ratios in one run
	$(BIN)/python -m bench

long: setup ## what `make test` tries for seconds only: damaged frames, a thousand boxes in each tier, odd requests, every claim on 200 seeds
	GRADER_FUZZ_SECONDS=60 GRADER_BOXES=1000 $(BIN)/python -m pytest -q tests/sandbox/test_wire_fuzz.py tests/sandbox/test_keeper.py
	GRADER_FUZZ_SECONDS=600 $(BIN)/python -m pytest -q tests/api/test_schemathesis.py
	mkdir -p var
	$(BIN)/grader verify --seeds 200 --json var/verify-long.json

certificate: setup ## write the figures of the last `make long` into docs/verify.md and docs/tolerances.md
	$(BIN)/python -m grader.verify.published var/verify-long.json

lock: ## make requirements.lock anew from pyproject.toml (needs uv)
	uv export --format requirements-txt --all-groups --no-emit-project --no-header --no-annotate -o requirements.lock -q
	rm -f uv.lock

clean: ## remove .venv and what runs wrote
	rm -rf $(VENV) var
