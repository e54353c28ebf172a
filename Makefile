# Each target sets up all it needs in .venv; a bare Python 3.11 with pip is enough, uv is used where it is there.
.DEFAULT_GOAL := help
.PHONY: help setup constraints demo picture test test-lowest lint format docs bench gateway dist clean

PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
GATEWAY := .venv-gateway
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
MEMBERS := core $(wildcard plugins/*)
EDITABLE := $(foreach member,$(MEMBERS),-e ./$(member))
STAMP := $(VENV)/.ready
WHEELS := $(VENV)/wheelhouse
READERS := $(VENV)/readers
LOWEST := .venv-lowest
# Not those that run linters, build the documentation or install wheels: they are about other packages' versions.
LOWEST_TESTS := plugins $(filter-out tests/docs/ tests/packaging/,$(sort $(dir $(wildcard tests/*/)))) --ignore tests/cli/test_scaffold.py

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv with core, every first-party plugin and the tools.

# Every file is compared with its hash in constraints.txt; the workspace's own distributions are built by what that
# brought. The wheelhouse lets the packaging tests install into clean environments without a network.
$(STAMP): pyproject.toml constraints.txt tests/third_party.py $(wildcard core/pyproject.toml plugins/*/pyproject.toml)
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --seed --python $(PYTHON) $(VENV)
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes --requirement constraints.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation $(EDITABLE)
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation $(EDITABLE)
endif
	$(BIN)/python tests/third_party.py $(MEMBERS) > $(VENV)/wheelhouse.txt
	$(BIN)/python -m pip wheel --quiet --no-deps --require-hashes --wheel-dir $(WHEELS) --requirement $(VENV)/wheelhouse.txt
	@touch $@

constraints: ## Resolve constraints.txt anew, with the hashes of all files of each version; wants uv.
	@sed -n '/^#/p' constraints.txt > $(VENV)/constraints.new
	uv pip compile --quiet --universal --python-version 3.11.5 --generate-hashes --no-header --no-annotate \
		--no-emit-package novaclips --group dev $(addsuffix /pyproject.toml,$(MEMBERS)) --output-file constraints.txt $(UPGRADE)
	@cat $(VENV)/constraints.new constraints.txt > $(VENV)/constraints.all && mv $(VENV)/constraints.all constraints.txt
	@rm -f $(VENV)/constraints.new

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

$(READERS)/.ready: $(STAMP) tests/readers.txt
	$(BIN)/python -m pip install --quiet --upgrade --no-deps --require-hashes --target $(READERS) --requirement tests/readers.txt
	@touch $@

# In the order of the folders: pytest-xdist would put files of few tests last, and the longest are among them.
test: $(STAMP) $(READERS)/.ready ## Run all tests.
	$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

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

# A gateway of others, and all that it wants: an environment of its own.
gateway: $(STAMP) $(GATEWAY)/.ready ## Check novaclips behind the real LiteLLM proxy, before the fault server.
	$(BIN)/python tests/peers/litellm_proxy.py $(GATEWAY)/bin/litellm

$(GATEWAY)/.ready: tests/peers/requirements.txt
	$(PYTHON) -m venv $(GATEWAY)
	$(GATEWAY)/bin/python -m pip install --quiet --requirement $<
	@touch $@

# build makes each wheel from the sdist, which so has all that it needs.
dist: $(STAMP) ## Build every wheel and sdist into dist/ and check them.
	@rm -rf dist && mkdir dist
	@for member in $(MEMBERS); do $(BIN)/python -m build --quiet --no-isolation --outdir dist $$member || exit 1; done
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl

# What the lower bounds of the distributions promise: an environment with the lowest version of each direct dependency.
test-lowest: $(STAMP) $(LOWEST)/.ready ## Run the tests of core and plugins with the lowest versions that their bounds allow.
	$(LOWEST)/bin/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(LOWEST_TESTS)

$(LOWEST)/.ready: pyproject.toml constraints.txt $(wildcard core/pyproject.toml plugins/*/pyproject.toml)
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct $(EDITABLE)
	grep -oE '^(build|hatchling|hypothesis|jsonschema|pytest|pytest-xdist)==[^ ]+' constraints.txt > $(LOWEST)/tools.txt
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --requirement $(LOWEST)/tools.txt
	@touch $@

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
	rm -rf $(VENV) $(BENCH) $(GATEWAY) $(LOWEST) demo dist site .pytest_cache .mypy_cache .ruff_cache
