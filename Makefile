# Thin names for the developers' commands; ./start and ./test need none of them.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
PY := .venv/bin/python
MANAGE := $(PY) manage.py
TEMPLATES = $(shell git ls-files 'templates/*.html')
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help
help:  ## Show these commands
	@grep -hE '^[a-z%-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  %-14s %s\n", $$1, $$2}'

.PHONY: start test ci
start:  ## Open the demo (./start)
	./start
test:  ## Check everything (make test ARGS="-k accept")
	./test $(ARGS)
ci:  ## What CI runs: SQLite, then PostgreSQL and Redis
	.ci/run

.PHONY: worker e2e
worker:  ## A worker with beat inside, beside "manage.py runserver"
	.venv/bin/celery -A agency worker --beat --pool threads --concurrency 1
e2e:  ## The browser journeys alone
	CHECKS=0 ./test -m e2e $(ARGS)

.PHONY: fmt lint check
fmt:  ## Format and fix everything that can be
	-.venv/bin/ruff check --fix --quiet .
	.venv/bin/ruff format --quiet .
	-.venv/bin/django-upgrade --target-version 5.2 $$(git ls-files '*.py')
	-.venv/bin/djade --target-version 5.2 $(TEMPLATES)
lint:  ## Everything fmt cannot fix
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djade --check --target-version 5.2 $(TEMPLATES)
	.venv/bin/djlint --lint --quiet templates
check:  ## Django's own checks, missing and dangerous migrations
	$(MANAGE) check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=agency.settings.test $(MANAGE) makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=agency.settings.test $(MANAGE) lintmigrations --quiet ok ignore

.PHONY: messages lifecycles migrations requirements
messages:  ## Bring the French catalogues up to date
	$(MANAGE) catalogues --update
lifecycles:  ## Redraw docs/lifecycles.md
	$(MANAGE) lifecycles
migrations:  ## A named migration (make migrations APP=people NAME=profession_order)
	$(MANAGE) makemigrations $(APP) --name $(NAME)
requirements:  ## Compile requirements/*.in (make requirements ARGS=--upgrade)
	cd requirements && for name in base test dev; do ../$(COMPILE) $(ARGS) $$name.in -o $$name.txt || exit 1; done

.PHONY: demo screenshots
demo:  ## Reload the demo agency and open it
	./start --fresh
screenshots:  ## Every page, telephone and large screen, in var/screenshots
	$(PY) -m tests.e2e.screenshots

bench-%:  ## One benchmark of bench/ (make bench-registration)
	$(PY) -m bench.$*
