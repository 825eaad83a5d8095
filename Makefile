# The plain commands behind each target are in README.md, for people without make.

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo test check bench setup lock clean

demo: .venv/ready           ## make the demo series: library, takes, scores, cuts, report
	@dvc repro && echo "report: reports/index.html   cuts: shots/cuts/"

test: .venv/ready           ## run the tests
	@pytest

check: .venv/ready          ## lint and types
	@ruff check . && ruff format --check . && mypy

bench: .venv/ready          ## speed and size, as ratios
	@python -m benchmarks

setup: .venv/ready          ## make .venv and install the pinned lock

.venv/ready: requirements.lock requirements-carriers.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] < (3, 14); sys.exit(None if ok else "Continuity needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements-carriers.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

lock:                       ## resolve the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --universal --no-deps --generate-hashes --no-header --no-annotate requirements-carriers.in -o requirements-carriers.lock

clean:                      ## remove the virtual environment and caches; takes stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
