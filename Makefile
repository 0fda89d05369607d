# One verb per habit. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
RUNS := .venv/.installed-run
TESTS := .venv/.installed-test
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
COMPILE := $(BIN)/uv pip compile pyproject.toml --no-config --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

# What the example bot runs with: the extras but the heavy engines of language.
PLATFORMS := email slack telegram web postgres s3

.PHONY: help run test quick check fix build lock reference catalogues clients crashpoints faults fuzz rasa bench-rasa bench install-size

help:  ## List the habits
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

run: $(RUNS)  ## Serve the example bot with emulated platforms on http://127.0.0.1:8080
	@$(BIN)/threadline sandbox $(ARGS)

test: $(TESTS)  ## Run the whole suite but the crash runs; COVER=1 counts branches, too
ifndef COVER
	@$(BIN)/pytest -n 2 -m 'not crash and not rasa and not install' $(ARGS)
else
	@rm -f .coverage .coverage.*; passed=0; \
	$(BIN)/coverage run -m pytest -n 2 -m 'not crash and not rasa and not install' $(ARGS) || passed=$$?; \
	$(BIN)/coverage combine --quiet || true; \
	echo "Branch coverage: $$($(BIN)/coverage report --format=total --fail-under=0 || true) percent"; \
	exit $$passed
endif

quick: $(TESTS)  ## Run the tests that take less than a second each
	@$(BIN)/pytest -q -m 'not slow and not browser and not crash and not rasa and not install' $(ARGS)

clients:  ## Bring the clients from npm that tests/clients lets loose on the emulators
	@cd tests/clients/node && npm install --no-package-lock --no-audit --no-fund --silent

crashpoints: $(TESTS)  ## Kill a bot at every point of a journey; minutes
	@$(BIN)/pytest -m crash $(ARGS)

fuzz: $(TESTS)  ## Try bodies of strangers on every connector's parser, SECONDS=600 each
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600) $(ARGS)

faults: $(TESTS)  ## Run whole bots against platforms in trouble; minutes
	@$(BIN)/python -m tests.faults $(ARGS)

rasa: $(TESTS)  ## Install, train and serve a real Rasa, and ask it what every engine is asked; minutes
	@$(BIN)/pytest -m rasa tests/nlu/rasa $(ARGS)

bench-rasa: $(TESTS)  ## Measure the classifier beside Rasa on the same sentences; ARGS=--full takes hours
	@$(BIN)/threadline rasa setup
	@$(BIN)/python -m tests.bench.rasa $(ARGS)

bench: $(TESTS)  ## Measure turns a second beside their baselines; minutes
	@$(BIN)/python -m tests.bench $(ARGS)

install-size: $(TESTS)  ## Measure what an install takes; needs the package index
	@$(BIN)/pytest -m install -rP tests/bench/test_install.py $(ARGS)

check: $(TESTS)  ## Look at format, rules, types, layers, dependencies and the wheel
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/pytest -q tests/architecture/test_wheel.py

fix: $(TESTS)  ## Format and mend what can be mended by itself
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

reference: $(TESTS)  ## Make docs/reference anew from the docstrings
	@$(BIN)/python -m tests.architecture.reference

catalogues: $(TESTS)  ## Put what is said newly into the catalogues of every language
	@$(BIN)/python -m tests.architecture.catalogues

build: $(TESTS)  ## Build wheel and sdist into dist/
	@$(BIN)/python -m hatchling build

lock: $(TESTS)  ## Pin every dependency anew, with hashes
	@$(COMPILE) --upgrade $(PLATFORMS:%=--extra %) -o requirements.txt
	@$(COMPILE) --upgrade --extra dev -o requirements-dev.txt

# A second `make` finds the stamps and installs nothing.
$(RUNS): requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps -e .
	@touch $@

$(TESTS): requirements-dev.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements-dev.txt
	$(PIP) --no-deps -e .
	@touch $@ $(RUNS)

$(BIN)/python:
	@for python in python3.11 python3 python3.12 python3.13; do \
		if $$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python -m venv .venv; \
		fi; \
	done; \
	echo "Threadline needs Python 3.11 or newer with venv: apt-get install python3 python3-venv" >&2; \
	exit 1
