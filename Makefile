# The plain commands behind each target are in README.md, for people without make.

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo rehearsal test soak check bench setup merging lock clean

demo: .venv/ready merging           ## make the demo series: library, takes, scores, cuts, report
	@continuity check --heal && dvc repro && echo "report: reports/index.html   cuts: shots/cuts/"

rehearsal: .venv/ready      ## run the series as it is configured against stand-ins of its services, for nothing
	@continuity check --heal && dvc exp run -S rehearsal=true && echo "report: reports/index.html   params.yaml says rehearsal: true now; set it to false to go back"

test: .venv/ready           ## run the tests, one process per core, four at most
	@pytest -n auto --maxprocesses 4 --dist loadgroup

soak: .venv/ready           ## the long forms of the fuzz tests
	@CONTINUITY_SOAK=1 pytest -n auto --maxprocesses 4 --dist loadgroup --timeout 7200 tests/fuzz

check: .venv/ready          ## lint, types, and which room may know which
	@ruff check . && ruff format --check . && mypy && lint-imports --no-logo

bench: .venv/ready          ## speed and size, as ratios
	@python -m benchmarks

setup: .venv/ready merging  ## make .venv and install the pinned lock

merging:                    ## tell this clone how generated files are merged (.gitattributes)
	@git config merge.continuity.driver true 2>/dev/null || true

.venv/ready: requirements.lock requirements-carriers.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] < (3, 14); sys.exit(None if ok else "Continuity needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements-carriers.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

lock:                       ## resolve the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --extra diffusers --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --universal --no-deps --generate-hashes --no-header --no-annotate requirements-carriers.in -o requirements-carriers.lock

clean:                      ## remove the virtual environment and caches; takes stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
