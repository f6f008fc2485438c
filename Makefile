# make run — the whole portal at http://127.0.0.1:8000/     make test — all checks of behaviour
# PORT=8123 and PORTAL_VAR=/some/dir choose the port and the place of the data.

PYTHON ?= python3
ARGS ?=
MANAGE = .venv/bin/python manage.py

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

run:  ## prepare this machine where needed, then start the portal
	@$(PYTHON) portal/start.py run

test:  ## prepare, then run all tests; make test ARGS="tests/counties -k race"
	@$(PYTHON) portal/start.py test $(ARGS)

chaos:  ## only the tests that kill processes
	@$(PYTHON) portal/start.py test -m chaos -n 0 $(ARGS)

bench:  ## budgets on large data sets, as a table
	@$(PYTHON) portal/start.py test -m bench -n 0 -s $(ARGS) tests/bench

prepare:  ## the virtual environment, packages and front-end files of the tests
	@$(PYTHON) portal/start.py prepare

lint: prepare  ## style, floors of the house, migrations, deployment settings
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	deploy/check

format: prepare  ## let ruff rewrite the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

licences: prepare  ## licences of all dependencies; AGPL is refused
	.venv/bin/python deploy/licences.py

lock: prepare  ## write the lock files anew from pyproject.toml, package.json and deploy/node.in
	deploy/lock

clean:  ## remove what prepare made; the data in var/ stays
	rm -rf .venv node_modules .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help run test chaos bench prepare lint format licences lock clean
