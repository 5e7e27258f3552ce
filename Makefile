# Two commands matter: `make demo` and `make test`. Each is enough on a machine that has
# Python 3.11 or newer, git and make. The rest is for the inner loop.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The first Python that is new enough; say PYTHON=... to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
PACKAGES := gateway labels leakbench mappings
PROFILE ?= quick

.PHONY: help demo test check lint types imports tests policy-coverage coverage quick eval bench mutation noninterference noninterference-mutants fuzz deep format lock venv venv-demo clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

demo: venv-demo ## install, seed and serve the demo on 127.0.0.1:8080
	@exec $(BIN)/paravent demo

test: venv validators lint types imports tests policy-coverage ## everything that must hold before a change is taken

check: venv lint types imports ## the static half of `make test`

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports --no-cache

# Three runs, because counting lines makes everything slower: whole histories, which ask the
# policy a million times; the policy, counted; all the rest.
LONG := tests/noninterference/test_twin_worlds.py tests/noninterference/mutants tests/properties/test_histories.py
POLICY := tests/labels/policy tests/cases tests/properties
SHARED_OUT := $(PYTEST) -n 2 --dist worksteal --hypothesis-profile=$(PROFILE)

# Two workers: each starts its own PostgreSQL, when a test first asks for one.
tests:
	rm -f .coverage .coverage.*
	$(SHARED_OUT) $(LONG)
	$(SHARED_OUT) --cov=labels/policy --cov-report= $(POLICY) $(LONG:%=--ignore=%)
	$(SHARED_OUT) $(LONG:%=--ignore=%) $(POLICY:%=--ignore=%)

# Only labels/policy is followed here: following all of it makes the tests half as long again.
# Branch by branch: what decides who may see what has no path that no test walks.
policy-coverage:
	$(BIN)/coverage report --include='labels/policy/*' --fail-under=100

coverage: venv ## which lines and branches of the whole no test walks
	rm -f .coverage .coverage.*
	$(PYTEST) -n 2 --hypothesis-profile=$(PROFILE) --cov --cov-report=
	$(BIN)/coverage report --skip-covered --skip-empty

quick: venv ## the inner loop: lint, and the tests that failed last, then the rest, up to the first failure
	$(BIN)/ruff check --quiet .
	$(PYTEST) -q -x -n 2 --failed-first -m 'not corpus and not postgresql'

eval: venv ## how well labels are found: the two evaluation sets and the authored documents
	$(BIN)/python -m tests.evaluation

bench: venv ## what parsing, labelling and loading cost, as ratios of one run
	$(BIN)/python -m bench

# cosmic-ray stands in an environment of its own: nothing else of the project needs it.
mutation: venv ## how many changes of labels/policy the tests notice: half an hour, what they miss, and a table
	@test -x var/mutation/bin/cosmic-ray \
		|| { PYTHON="$(PYTHON)" sh .ci/venv var/mutation && var/mutation/bin/python -m pip install --quiet cosmic-ray==8.7.0; }
	$(BIN)/python -B -m tests.mutation

# Two worlds that differ by what a reader may not see (tests/noninterference/README.md).
SECONDS ?= 600
PAIRS ?= inf
WORKERS ?= 2
DATABASE ?= sqlite
noninterference: venv ## compare two worlds for SECONDS or PAIRS, in WORKERS, on DATABASE; tell figures
	$(BIN)/python -m tests.noninterference --seconds $(SECONDS) --pairs $(PAIRS) --workers $(WORKERS) --database $(DATABASE)

noninterference-mutants: venv ## seed every known leak in a copy, and see that each is found
	$(BIN)/python -m tests.noninterference --seconds 900 --workers $(WORKERS) --mutants

# atheris (libFuzzer) in an environment of its own, as above: tests/fuzz/README.md.
MINUTES ?= 30
fuzz: venv ## change requests for MINUTES of processor time and look for a 5xx; reproducers in var/fuzzed
	@test -d var/fuzz/lib/python3*/site-packages/atheris \
		|| { PYTHON="$(BIN)/python" sh .ci/venv var/fuzz && var/fuzz/bin/python -m pip install --quiet atheris==3.0.0; }
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --workers $(WORKERS)

deep: venv ## as many examples as patience allows for every property
	$(PYTEST) -n 2 --hypothesis-profile=deep

format: venv ## write the code as the formatter would
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .

# An environment is remade only when its lock changed: a copy of the lock lies in it.
# The one of the tests holds all that the one of the demo holds, and may grow out of it.
venv:
	@cmp -s requirements.lock .venv/installed.lock \
		|| $(MAKE) -s --no-print-directory install LOCK=requirements.lock
	@$(MAKE) -s --no-print-directory .venv/paravent

venv-demo:
	@cmp -s requirements.lock .venv/installed.lock \
		|| cmp -s requirements-runtime.lock .venv/installed.lock \
		|| $(MAKE) -s --no-print-directory install LOCK=requirements-runtime.lock
	@$(MAKE) -s --no-print-directory .venv/paravent

# Other people's validators, for tests/interop: data and pure JavaScript, no script is run.
# Without npm those tests are skipped, and say so.
VALIDATORS := .venv/validators
.PHONY: validators
validators: venv
	@cmp -s tests/interop/package-lock.json $(VALIDATORS)/installed.lock \
		|| ! command -v npm >/dev/null 2>&1 \
		|| { echo "installing from tests/interop/package-lock.json" \
			&& mkdir -p $(VALIDATORS) \
			&& cp tests/interop/package.json tests/interop/package-lock.json $(VALIDATORS) \
			&& npm ci --prefix $(VALIDATORS) --ignore-scripts --no-audit --no-fund --loglevel=error \
			&& cp tests/interop/package-lock.json $(VALIDATORS)/installed.lock; }

PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input

.PHONY: install
install:
	@echo "installing from $(LOCK)"
	@cmp -s requirements-runtime.lock .venv/installed.lock || PYTHON="$(PYTHON)" sh .ci/venv .venv
	@$(PIP) install --no-compile --require-hashes --no-deps -r $(LOCK)
	@$(BIN)/python -m compileall -q -j 0 .venv/lib || true  # only speed: a file it cannot compile still runs
	@cp $(LOCK) .venv/installed.lock

# The project itself: in place, so that an edit is an effect; nothing is downloaded here.
.venv/paravent: pyproject.toml .venv/installed.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch .venv/paravent

# Every wheel of every supported Python and system is hashed; no address is written down.
LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command 'make lock' --upgrade
lock: ## choose new versions of all dependencies
	@test -x var/uv/bin/uv || { PYTHON="$(PYTHON)" sh .ci/venv var/uv && var/uv/bin/python -m pip install --quiet uv; }
	var/uv/bin/uv pip compile $(LOCKING) --extra build --extra dev -o requirements.lock pyproject.toml
	var/uv/bin/uv pip compile $(LOCKING) --extra build -c requirements.lock -o requirements-runtime.lock pyproject.toml

clean: ## remove what was made, but for the data under var/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* dist build
