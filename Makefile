# Coffer: run it, test it. Nothing here asks a question, so that it works without a terminal.

PORT ?= 8000
COFFER_DATA ?= data
PYTHON ?= python3
export PORT
export COFFER_DATA := $(abspath $(COFFER_DATA))
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

BIN := .venv/bin
NPM := npm --no-audit --no-fund --no-update-notifier --loglevel=error
RUN_STAMP := .venv/run.stamp
TEST_STAMP := .venv/test.stamp
NODE_STAMP := node_modules/node.stamp
VENDOR_STAMP := static/vendor/vendor.stamp
STATIC_STAMP := $(or $(COFFER_STATIC_ROOT),staticfiles)/static.stamp
TEST_PACKAGES := chromium firefox-esr postgresql nginx unzip ffmpeg rclone fonts-dejavu-core

# What a check reads of the environment; it must not touch anyone's data.
CHECK_ENV := COFFER_DATA=$(CURDIR)/.cache/check COFFER_SECRET_KEY=static-checks-only-$(shell printf '%064d' 0)

.PHONY: run operator migrate test test-long check check-python check-js check-django openapi format bench screenshots clean
.DELETE_ON_ERROR:

# --- Running --------------------------------------------------------------------------------------

run: migrate $(STATIC_STAMP)
	@$(BIN)/python -c "import socket; socket.create_server(('127.0.0.1', $(PORT))).close()" 2>/dev/null \
		|| { echo "Port $(PORT) is in use; choose another: make run PORT=8001" >&2; exit 1; }
	@echo "Coffer answers on $${COFFER_PUBLIC_URL:-http://localhost:$(PORT)} - Ctrl+C stops it."
	@echo "An operator account, for /admin/: make operator"
	@COFFER_USER=$$(id -u) exec $(BIN)/supervisord -c config/supervisord.conf >> /dev/stdout

operator: migrate
	@$(BIN)/python manage.py createsuperuser $(if $(DJANGO_SUPERUSER_PASSWORD),--noinput) $(ARGS)

migrate: $(RUN_STAMP)
	@$(BIN)/python manage.py migrate --noinput --verbosity 0

# --- Setting up -----------------------------------------------------------------------------------

.venv/venv.stamp:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
		|| { echo "Coffer needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || .ci/packages python3-venv
	@$(PYTHON) -m venv .venv
	@touch $@

$(RUN_STAMP): requirements.txt .venv/venv.stamp
	@echo "Installing Python packages"
	@$(BIN)/pip install --quiet --requirement requirements.txt
	@touch $@

$(TEST_STAMP): tests/requirements.txt $(RUN_STAMP)
	@echo "Installing Python packages for tests"
	@$(BIN)/pip install --quiet --requirement tests/requirements.txt
	@touch $@

$(NODE_STAMP): package-lock.json package.json .npmrc
	@command -v npm > /dev/null || .ci/packages nodejs npm
	@echo "Installing npm packages"
	@$(NPM) ci --silent
	@touch $@

$(VENDOR_STAMP): package.json $(NODE_STAMP)
	@$(NPM) run --silent vendor
	@touch $@

# Folders count too: a file that was removed changes nothing else.
$(STATIC_STAMP): $(RUN_STAMP) $(VENDOR_STAMP) config/storage.py $(shell find static -path static/vendor -prune -o -print)
	@$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

# --- Proving --------------------------------------------------------------------------------------

# The server's own tests once more on PostgreSQL. What starts servers or processes of its own chooses
# its database itself, and runs on both in the main run.
POSTGRES := timeout --foreground --signal=INT 900 $(BIN)/python -m tests.postgres $(BIN)/pytest --quiet \
	tests/vault tests/audit tests/bad_input $(addprefix --ignore-glob=,'*_at_once.py' '*_concurrency.py' '*_wire.py')

# The order of cost; the last line is pytest's summary.
test: packages check
	@node --test $(shell find tests/js -name '*.test.js')
	@$(POSTGRES)
	@$(BIN)/pytest

test-long: packages check
	@node --test $(shell find tests/js -name '*.test.js')
	@$(POSTGRES)
	@$(BIN)/pytest -m "long or not long"

screenshots: packages $(TEST_STAMP) $(VENDOR_STAMP)
	@$(BIN)/python -m tests.screenshots

bench: packages $(TEST_STAMP) $(STATIC_STAMP)
	@$(BIN)/python -m tests.bench

.PHONY: packages
packages:
	@.ci/packages $(TEST_PACKAGES)

check: check-python check-js check-django

check-python: $(TEST_STAMP)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	@mkdir -p .cache/check
	$(CHECK_ENV) $(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .cache/imports
	$(CHECK_ENV) $(BIN)/pytest -q tests/house/test_sources.py

check-js: $(VENDOR_STAMP)
	npx tsc -p tsconfig.json
	npx tsc -p tsconfig.core.json
	npx tsc -p tsconfig.workers.json
	npx tsc -p tsconfig.tests.json
	npx eslint static/js tests/js eslint.config.js

check-django: $(TEST_STAMP) $(VENDOR_STAMP)
	@mkdir -p .cache/check
	$(CHECK_ENV) $(BIN)/python manage.py check --fail-level WARNING
	$(CHECK_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(CHECK_ENV) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file .cache/openapi.yaml
	diff -u docs/openapi.yaml .cache/openapi.yaml
	$(CHECK_ENV) COFFER_STATIC_ROOT=$(CURDIR)/.cache/static \
		$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0

openapi: $(TEST_STAMP)
	@mkdir -p .cache/check
	@$(CHECK_ENV) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

format: $(TEST_STAMP)
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

# The data folder is not something to clean.
clean:
	rm -rf .venv node_modules static/vendor staticfiles .cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
