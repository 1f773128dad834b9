# make run    serve on http://127.0.0.1:8000 (PORT=, DATA=); makes a demo when DATA is empty
# make test   everything: lint, unit, JavaScript, browser
# make words takes new messages into the English catalogue and lists what wants its English
# make lint · make unit · make js · make server-faults · make e2e · make webkit · make bench · make lock

SHELL := bash
.SHELLFLAGS := -o pipefail -ec
PYTHON ?= python3
# Tests start many processes: each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
PORT ?= 8000
DATA ?= data
BIN := .venv/bin
NODE = $(shell $(BIN)/python -c 'import build_browser; print(build_browser.node())')
BUILD := webapp/static/build/manifest.json
SOURCES := package-lock.json build.mjs build_browser.py webapp/field_pages.json \
  $(shell find webapp/static/js webapp/static/css webapp/templates/field webapp/templates/layout webapp/translations -type f -not -name '*.mo' -not -name en.json 2>/dev/null)

.PHONY: run test words lint unit js server-faults e2e bench lock chromium webkit webkitgtk strace faults

run: .venv/installed $(BUILD)
	@DATA="$(DATA)" PORT="$(PORT)" $(BIN)/takan run

test: lint unit js e2e

INSTALL = $(BIN)/python -m pip install --disable-pip-version-check

.venv/installed: requirements.txt pyproject.toml
	@echo "Making the environment (under a minute, once)…"
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes -r requirements.txt | sed -un 's/^Collecting \([^=]*\).*/  \1/p'
	@$(INSTALL) --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/tested: .venv/installed requirements-dev.txt
	@echo "Adding what the tests need…"
	@$(INSTALL) --quiet --require-hashes -r requirements-dev.txt
	@touch $@

$(BUILD): .venv/installed $(SOURCES)
	@echo "Building the browser's parts…"
	@$(BIN)/python build_browser.py

# The English catalogue, after templates changed; fails while something has no English.
words: .venv/tested
	@$(BIN)/python words.py

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Each unit test has a data folder of its own, and no disk makes 2,000 of them durable in a minute:
# in memory, where two gigabytes of it are free. A folder stays when its test failed.
IN_MEMORY = $$(test -w /dev/shm && [ $$(df --output=avail -k /dev/shm | tail -1) -gt 2000000 ] \
  && [ $$(awk '/MemAvailable/ { print $$2 }' /proc/meminfo) -gt 3000000 ] && echo env PYTEST_DEBUG_TEMPROOT=/dev/shm)

unit: .venv/tested $(BUILD)
	$(IN_MEMORY) $(BIN)/pytest -n 2 --dist worksteal -o tmp_path_retention_policy=failed \
	  -m "not browser and not webkit and not faults"

js: $(BUILD)
	$(NODE) --test tests/js/*.test.js

# What needs no browser of the next.
server-faults: .venv/tested $(BUILD) strace
	$(BIN)/pytest -n 2 -m "faults and not browser and not webkit"

# Chromium, WebKit, and the server killed or failing at every file-system call of a delivery;
# with TABLE=docs/faults.md the run writes what it proved.
e2e: .venv/tested $(BUILD) chromium webkitgtk strace
	$(BIN)/pytest -n 2 --dist worksteal -m "(browser or webkit or faults) and not random" $(if $(TABLE),--faults-table $(TABLE))

# Random days, by seed: make faults SEED=17 N=1 does that of seed 17 again.
faults: .venv/tested $(BUILD) chromium
	SEED=$(or $(SEED),1) N=$(or $(N),200) $(BIN)/pytest -n 2 tests/faults/test_random.py

# WebKit alone, which stands in for the iPhone; make e2e has it too.
webkit: .venv/tested $(BUILD) webkitgtk
	$(BIN)/pytest -n 2 -m webkit

bench: .venv/tested $(BUILD) chromium
	$(BIN)/python -m tests.bench

# Debian's browsers; anywhere else a sentence says what to install.
INSTALL_DEBIAN = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null; \
	else echo "These tests need Debian's packages $(1): install them as root."; exit 1; fi

chromium:
	@command -v chromium >/dev/null || { $(call INSTALL_DEBIAN,chromium); }

# Stands in for the iPhone; on a virtual screen.
webkitgtk:
	@command -v WebKitWebDriver >/dev/null && command -v Xvfb >/dev/null || { $(call INSTALL_DEBIAN,webkit2gtk-driver xvfb); }

strace:
	@command -v strace >/dev/null || { $(call INSTALL_DEBIAN,strace); }

# pip-tools writes the lock files; see README, "Changing a dependency".
lock:
	pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --strip-extras --allow-unsafe --extra build -o requirements.txt pyproject.toml
	pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --strip-extras --allow-unsafe --extra build --extra dev -o requirements-dev.txt pyproject.toml
