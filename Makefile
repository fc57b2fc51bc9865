# Everything happens inside .venv, which is made from the locks in requirements/; nothing is installed elsewhere.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell command -v $(name) 2>/dev/null)))
PORT ?= 8000
PYTEST_ARGS ?=

BIN := .venv/bin
DATA := .handcart/demo
WIRE := tests/wire
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The locks must be the same wherever they are made, so they keep no index, no folder and no command line.
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--strip-extras --no-annotate --no-header --allow-unsafe $(LOCK_ARGS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-test demo lint check test bench profile format lock clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | awk -F ':.*  ## ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

setup: .venv/runtime.stamp  ## Install Handcart and what it runs on into .venv

setup-test: .venv/dev.stamp .venv/wire.stamp  ## Add what the checks and the tests need

demo: setup  ## Serve the demo project on PORT (8000)
	$(BIN)/handcart serve --load examples/demo.json --data $(DATA) --port $(PORT)

lint: .venv/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: lint  ## Lint, types, the dependency rule and the style of the house
	$(BIN)/pytest tests/style

test: setup-test lint  ## All checks and all tests; PYTEST_ARGS goes to pytest
	$(BIN)/pytest $(PYTEST_ARGS)

bench: setup  ## Handcart beside the raw bound, within five minutes; BENCH_QUICK=1 is a try, bench/README.md tells the rest
	$(BIN)/python -m bench

profile: setup  ## Where the microseconds of adding a line go
	$(BIN)/python -m bench.profile

format: .venv/dev.stamp  ## Sort imports, mend what is safely mended, format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: .venv/dev.stamp  ## Refresh requirements/*.lock; LOCK_ARGS=--upgrade takes newer releases
	$(PIP_COMPILE) --build-deps-for editable --output-file requirements/runtime.lock pyproject.toml
	$(PIP_COMPILE) --output-file requirements/dev.lock requirements/dev.in

clean:  ## Remove .venv, the demo's data and every cache
	rm -rf .venv .handcart build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache $(WIRE)/node_modules
	find src tests -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Handcart needs Python 3.11 or newer; name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Handcart needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=/path/to/python" >&2; exit 1; }
	"$(PYTHON)" -m venv .venv

.venv/runtime.stamp: requirements/runtime.lock pyproject.toml | .venv/bin/python
	$(PIP_INSTALL) --require-hashes --requirement requirements/runtime.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.lock .venv/runtime.stamp
	$(PIP_INSTALL) --require-hashes --requirement requirements/dev.lock
	@touch $@

# The wire tests drive the official TypeScript SDK; without Node they say so and are skipped.
.venv/wire.stamp: $(WIRE)/package-lock.json | .venv/bin/python
	@if command -v npm >/dev/null; then \
		cd $(WIRE) && npm ci --loglevel=error --no-audit --no-fund && touch $(CURDIR)/$@; \
	else \
		echo "No npm here: the SDK tests in $(WIRE) will be skipped"; \
	fi
