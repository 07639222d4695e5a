# make demo       grade a class of 30 on assignment 01 and see what an instructor gets
# make test       all tests;  make check: lint and the quick ones, a minute and a half
# make soak       the long tests: lectures twice, other backends, every mutant of every assignment, experiments repeated
# make security   the tests named in autograder/SECURITY.md
# make results    the results table, from what the experiments have stored
# make lab        the course as students have it: copies in work/, opened in JupyterLab at the start page
# make start 01   only the copy of assignment 01
# make site       build the book from the lectures' executed copies;  make site-serve: read it on http://127.0.0.1:8000
# make epub       the book for e-readers;  make pdf: print the lectures of the built book, each and all in one, with Chromium
# make lite       build notebooks that run in the browser, for the book; WHEELS=FILE takes Pyodide's packages from a ZIP file
# make text, notebook, edit NOTEBOOK=lectures/05_gru.ipynb   a notebook to text, and back; edit does both around $EDITOR
# make address URL=https://github.com/someone/their-course   where install lines point to, in every file
# make .venv/.ready DEVICE=gpu   the environment with CUDA, for a machine with an NVIDIA GPU
# make lint       check style, imports and types;  make lock: resolve the requirements again

PYTHON ?= python3
VENV := .venv
DEVICE := cpu
BIN := $(VENV)/bin
READY := $(VENV)/.ready

unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check soak security site site-serve epub pdf lite lab start text notebook edit address lint lock results

demo: $(READY)
	@$(BIN)/python -m tests.demo

test: $(READY) lint
	$(BIN)/python -m pytest

check: $(READY) lint
	$(BIN)/python -m pytest -m "not slow and not soak"

soak: $(READY)
	$(BIN)/python -m pytest -n 0 -m soak

security: $(READY)
	$(BIN)/python -m pytest -v $$(grep -oE '(autograder/)?tests/[a-z0-9_/]+\.py(::[a-z0-9_]+)?' autograder/SECURITY.md | sort -u)

results: $(READY)
	$(BIN)/python -m experiments.results

site: $(READY)
	$(BIN)/python -m tools.book

lite: $(READY)
	$(BIN)/python -m tools.lite $(if $(WHEELS),--wheels $(WHEELS))

epub: $(READY)
	$(BIN)/python -m tools.book --epub

pdf: $(READY)
	$(BIN)/python -m tools.book.printed

site-serve:
	@test -e site/build/html/index.html || { echo "There is no book yet: run make site first."; exit 2; }
	$(PYTHON) -m http.server --bind 127.0.0.1 --directory site/build/html 8000

lab: $(READY)
	@$(BIN)/python -m unroll.lab

start: $(READY)
	@$(BIN)/python -m unroll.start $(NN)

# `make start 01`: the word after start names the assignment, and is no target to be made.
ifeq ($(firstword $(MAKECMDGOALS)),start)
NN := $(word 2,$(MAKECMDGOALS))
$(eval $(NN):;@:)
endif

text edit: $(READY)
	@$(BIN)/python -m tools.notebook_text $@ $(NOTEBOOK)

notebook: $(READY)
	@$(BIN)/python -m tools.notebook_text save $(NOTEBOOK)

address: $(READY)
	@$(BIN)/python -m tools.address $(URL)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

# Everything comes from the lock file, with hashes. uv installs it in half a minute and compiles bytecode, so later starts are fast.
$(READY): requirements/$(DEVICE).lock requirements/uv.lock utils/pyproject.toml autograder/pyproject.toml \
          autograder/data/share/jupyter/kernels/unroll/kernel.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Unroll needs Python 3.11 or later, $(PYTHON) is older. Choose another one: make PYTHON=python3.12 ..."; exit 2; }
	@echo "Setting up $(VENV) from requirements/$(DEVICE).lock ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/$(DEVICE).lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e utils -e autograder
	@touch $@

RESOLVE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header

lock:
	$(RESOLVE) requirements/uv.in -o requirements/uv.lock
	for kind in cpu gpu; do $(RESOLVE) --no-emit-package unroll-course --group lessons --group dev --group book --group $$kind \
	  utils/pyproject.toml autograder/pyproject.toml -o requirements/$$kind.lock || exit 1; done
	$(RESOLVE) --no-emit-package unroll-course --constraints requirements/cpu.lock --group students \
	  utils/pyproject.toml -o student/requirements.lock
	$(BIN)/python requirements/write_environment.py
