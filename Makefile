# Each target sets up all it needs in .venv; a bare Python 3.11 with pip is enough, uv is used where it is there.
.DEFAULT_GOAL := help
.PHONY: help setup demo picture test lint format docs bench clean

PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
MEMBERS := core $(wildcard plugins/*)
EDITABLE := $(foreach member,$(MEMBERS),-e ./$(member))
STAMP := $(VENV)/.ready
WHEELS := $(VENV)/wheelhouse

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv with core, every first-party plugin and the tools.

# The wheelhouse lets the packaging tests install into clean environments without a network.
$(STAMP): pyproject.toml constraints.txt tests/third_party.py $(wildcard core/pyproject.toml plugins/*/pyproject.toml)
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --seed --python $(PYTHON) $(VENV)
	$(UV) pip install --quiet --python $(BIN)/python --constraints constraints.txt --group dev $(EDITABLE)
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev $(EDITABLE)
endif
	$(BIN)/python -m pip wheel --quiet --wheel-dir $(WHEELS) --constraint constraints.txt \
		$$($(BIN)/python tests/third_party.py $(MEMBERS))
	@touch $@

demo: $(STAMP) ## Draw the frames of the examples into demo/.
	@rm -rf demo && mkdir demo
	@for project in examples/*/planning; do \
		name=$$(basename $$(dirname $$project)); \
		cp -r examples/$$name demo/$$name && rm -rf demo/$$name/frames; \
		echo "== $$name"; \
		$(BIN)/novaclips visuals generate --project demo/$$name || exit 1; \
	done
	@$(BIN)/python examples/contact_sheet.py demo/*/frames

picture: demo ## Draw the pictures of README.md and of the documentation anew.
	@rm -f demo/where-water-goes/frames/scene-010.png
	@$(BIN)/python examples/contact_sheet.py demo/where-water-goes/frames
	@cp demo/where-water-goes/contact-sheet.png docs/images/where-water-goes.png
	@$(BIN)/python docs/pictures.py

test: $(STAMP) ## Run all tests.
	$(BIN)/pytest --numprocesses auto --dist loadfile

lint: $(STAMP) ## Check style and types.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(STAMP) ## Put the code into its format.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(STAMP) ## Build the documentation into site/; any warning is an error.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(STAMP) $(BENCH)/.ready ## Measure against peers; writes docs/benchmarks.md.
	$(BIN)/python -m benchmarks

# The peers' SDKs are not novaclips's affair: an environment of their own.
$(BENCH)/.ready: benchmarks/peers/requirements.txt
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(BENCH)
	$(UV) pip install --quiet --python $(BENCH)/bin/python --requirement $<
else
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --requirement $<
endif
	@touch $@

clean: ## Remove what the targets made.
	rm -rf $(VENV) $(BENCH) demo dist site .pytest_cache .mypy_cache .ruff_cache
