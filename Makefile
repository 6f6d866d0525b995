# Everything sets itself up: `make run` and `make test` need Python 3.11 or later, git and make, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCE := bot handlers knowledge scheduler tests benchmarks
CLIENTS := tests/clients
CHROMIUM ?= /usr/bin/chromium

.DEFAULT_GOAL := help
.PHONY: help run test test-clients test-crash clients-setup chromium lint format bench lock clean

help: ## Show what there is to make
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: $(VENV)/run ## Talk with compactbot in this terminal
	@$(BIN)/compactbot chat

test: $(VENV)/dev ## Run the tests
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

test-clients: $(VENV)/dev clients-setup ## Run the tests with servers and clients for Slack and Teams that others wrote
	CHROMIUM=$(CHROMIUM) $(BIN)/pytest -m clients

test-crash: $(VENV)/dev ## Run the tests that kill our processes, CRASH_ROUNDS times each (200)
	$(BIN)/pytest -m crash

clients-setup: chromium $(CLIENTS)/node_modules/.package-lock.json ## Set up what test-clients needs

lint: $(VENV)/dev ## Check style, types and the floors' imports
	$(BIN)/ruff check $(SOURCE)
	$(BIN)/ruff format --check $(SOURCE)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev ## Put the code into its usual form
	$(BIN)/ruff check --fix $(SOURCE)
	$(BIN)/ruff format $(SOURCE)

bench: $(VENV)/dev ## Measure answers: how right, how fast, how large
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/slack.py
	$(BIN)/python benchmarks/teams.py
	$(BIN)/python benchmarks/forums.py

lock: ## Pin all dependencies afresh (needs uv)
	uv pip compile pyproject.toml $(LOCK) -o requirements/run.txt
	uv pip compile pyproject.toml --group dev -c requirements/run.txt $(LOCK) -o requirements/dev.txt
LOCK := --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

clean: ## Remove the environment and what the tools leave behind
	rm -rf $(VENV) $(CLIENTS)/node_modules $(CLIENTS)/pictures .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(CLIENTS)/node_modules/.package-lock.json: $(CLIENTS)/package-lock.json $(CLIENTS)/package.json
	@command -v npm >/dev/null || (echo "The tests with clients need Node.js 20 or later, with npm" && exit 1)
	cd $(CLIENTS) && npm ci
	@touch $@

chromium: ## Install Chromium, where the system can
	@test -x $(CHROMIUM) \
		|| (command -v apt-get >/dev/null && apt-get update && apt-get install --yes chromium && test -x $(CHROMIUM)) \
		|| (echo "The tests with clients need Chromium: install it, or name it with make CHROMIUM=…" && exit 1)

# The markers stand for "installed": dev has all of run, and the tools.
$(VENV)/run: requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/pip
	@test -e $(VENV)/dev || (echo "Setting up, once …" && $(BIN)/pip install --quiet --require-hashes -r requirements/run.txt)
	@test -e $(VENV)/dev || $(BIN)/pip install --quiet --require-hashes -r requirements/build.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements/dev.txt pyproject.toml | $(VENV)/pip
	@echo "Setting up the tests, once …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run

$(VENV)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "compactbot needs Python 3.11 or later; name one with make PYTHON=…")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@
