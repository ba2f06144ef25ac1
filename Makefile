# Needs git, make and Python 3.11 or newer; everything else comes into .venv from the locked
# requirements, checked by hash.
#
#   make demo    reads a match report: no key, no language model
#   make test    runs the tests, those of the embedded language model too (downloads 1.1 GB, once)
#   make check   ruff, pyright and import-linter
#   make fix     what ruff can mend by itself
#   make eval    scores the extractor on the labelled articles
#   make compare other systems on the same articles with the same local model (downloads langextract)
#   make train   trains the linear models of the Dutch reader again, in about two minutes
#   make lock    chooses the versions in requirements/ again
#   make clean   removes all that was made here

.DELETE_ON_ERROR:
.PHONY: demo test check fix eval compare train lock clean

# The first that runs and is new enough; `make demo PYTHON=...` chooses another.
PYTHON ?= $(shell for one in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	"$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$one"; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# No index: the package's own installation brings nothing along.
INSTALL_SELF := $(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable .
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# pyright asks the package registry for its newest version unless told not to.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

demo: .venv/.demo
	@env -u MATCHREPORT_MODEL $(BIN)/matchreport extract examples/article.txt

test: .venv/.test
	$(BIN)/python -m pytest $(ARGS)

check: .venv/.test
	$(BIN)/ruff check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-logo

fix: .venv/.test
	$(BIN)/ruff check --fix

eval: .venv/.test
	env -u MATCHREPORT_MODEL $(BIN)/matchreport eval --split dev $(ARGS)
	env -u MATCHREPORT_MODEL $(BIN)/matchreport eval --split test $(ARGS)

compare: .venv/.peers
	$(BIN)/python -m evals.peers.compare $(ARGS)

train: .venv/.train
	$(BIN)/python -m evals.training.train $(ARGS)

lock: .venv/.made
	$(PIP) install --quiet 'uv>=0.9'
	$(LOCK) --upgrade --extra local --extra archive --extra ray --extra evals --group dev pyproject.toml --output-file requirements/test.txt
	$(LOCK) --upgrade --constraints requirements/test.txt --group build pyproject.toml --output-file requirements/demo.txt

clean:
	rm -rf .venv build dist .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	find evals extractor tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says: installed, for the files as they were then.
.venv/.made:
	@test -n "$(PYTHON)" || { echo "matchreport needs Python 3.11 or newer: make demo PYTHON=/path/to/python3.11" >&2; exit 1; }
	rm -rf .venv
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.demo: .venv/.made requirements/demo.txt pyproject.toml
	@echo "Installing into .venv, once ..."
	@$(PIP) install --quiet --require-hashes --requirement requirements/demo.txt
	@$(INSTALL_SELF)
	@touch $@

# What test.txt holds has all of demo.txt, in the same versions.
.venv/.test: .venv/.made requirements/test.txt pyproject.toml
	$(PIP) install --require-hashes --requirement requirements/test.txt
	$(INSTALL_SELF)
	@touch .venv/.demo $@

.venv/.peers: .venv/.test
	$(PIP) install --no-build-isolation --editable '.[peers]'
	@touch $@

.venv/.train: .venv/.test
	$(PIP) install --no-build-isolation --editable '.[train]'
	@touch $@
