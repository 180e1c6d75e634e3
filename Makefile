# What a person types. Continuous integration runs the same names.
.DEFAULT_GOAL := help
.PHONY: help setup run test check fix bench docs messages sbom

# The first Python that is new enough; tools/install.py says what to do when there is none.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: need-python ## everything that running needs, into this folder
	@$(PYTHON) tools/install.py run

run: setup ## start Kelola; the first start makes the demo office
	@exec $(BIN)/kelola up

test: developer ## all checks and all tests, on SQLite and PostgreSQL
	@$(PYTHON) tools/system.py test
	@$(PYTHON) tools/install.py mining
	@$(BIN)/python tools/check.py
	@$(BIN)/python tools/tests.py $(SETS)

check: developer ## style, types and the storeys of the house
	@$(BIN)/python tools/check.py

fix: developer ## what can be mended by a program
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: developer ## measurements; each prints a table
	@$(BIN)/python -m bench $(SETS)

docs: developer ## the generated pages of docs/reference
	@$(BIN)/python tools/reference.py write

messages: developer ## add new texts to the Indonesian catalogues
	@$(BIN)/python tools/messages.py add

sbom: developer ## the bill of materials of a release, into build/
	@$(BIN)/python tools/sbom.py

.PHONY: developer need-python
developer: need-python
	@$(PYTHON) tools/install.py dev

need-python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is missing. Debian, Ubuntu: sudo apt-get install -y python3 python3-venv" >&2; exit 1; }
