# Everything that newcomers, measurements and CI need. `make run` and `make test` set up what is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
QUIZENGINE := $(BIN)/quizengine

LOCK := --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

# Each process would compile the whole program again, which takes half of its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup setup-dev test check style types bench docs screenshots lock translations messages

# A living demo in an empty instance folder; data that is there already stays as it is.
run: setup
	$(QUIZENGINE) demo --if-empty
	$(QUIZENGINE) serve

setup: $(VENV)/.installed translations

$(VENV)/.installed: requirements.lock pyproject.toml setup.cfg
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

translations: $(VENV)/.installed
	$(BIN)/pybabel -q compile -d quizengine/translations

# After a change of a text that people see: collect all texts, keep the translations.
messages: $(VENV)/.installed
	mkdir -p build
	$(BIN)/pybabel -q extract -F quizengine/babel.cfg -k _ -k N_ -k gettext -k ngettext:1,2 -k lazy_gettext \
		--no-location --omit-header --sort-output --width 100 -o build/messages.pot quizengine themes
	$(BIN)/pybabel -q update -i build/messages.pot -d quizengine/translations -l zh_CN \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100

setup-dev: $(VENV)/.installed-dev translations
	sh tools/install-browser

check: style types

style: $(VENV)/.installed-dev
	$(BIN)/ruff check quizengine tests tools benchmarks
	$(BIN)/ruff format --check quizengine tests tools benchmarks
	$(BIN)/lint-imports
	$(QUIZENGINE) bank lint --format text

types: $(VENV)/.installed-dev
	$(BIN)/mypy

# Thousands of small databases: where memory can hold them, no test waits for the disk.
SCRATCH := $(shell set -- $$(df -Pk /dev/shm 2>/dev/null | tail -1); [ "$${4:-0}" -gt 6000000 ] && [ -w /dev/shm ] && echo /dev/shm)

# One process more than cores, since journeys often wait; a file stays together, as its tests share
# a server. In the order of folders: else the journeys, few tests to a file and the longest, would
# come last and leave a core idle. Types are checked meanwhile.
test: setup-dev style
	@mkdir -p build
	@$(MAKE) --no-print-directory types > build/types.log 2>&1 & types=$$!; tested=0; \
	$(if $(SCRATCH),PYTEST_DEBUG_TEMPROOT=$(SCRATCH)) $(BIN)/pytest -n $$(( $$(nproc) + 1 )) --dist loadfile --no-loadscope-reorder || tested=$$?; \
	wait $$types || { cat build/types.log; exit 1; }; exit $$tested

# Each measurement on its own; the machine should do nothing else meanwhile.
bench: setup
	mkdir -p benchmarks/results
	for name in answers assembly fanout buzzer ledger; do $(QUIZENGINE) bench $$name --json > benchmarks/results/$$name.json || exit 1; done
	$(BIN)/python -m benchmarks.table benchmarks/results/*.json

# After a change of a setting, a command or a field of the YAML: the parts of docs/ that follow.
docs: $(VENV)/.installed
	$(BIN)/python tools/reference.py

screenshots: setup-dev
	PYTHONPATH=tests:tests/journeys $(BIN)/python tools/screenshots.py

# Resolve the newest versions that setup.cfg allows, with hashes.
lock: setup
	$(PYTHON) tools/lock_inputs.py build
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check pip-tools
	build/lock/bin/pip-compile $(LOCK) -o requirements.lock build/run.in
	build/lock/bin/pip-compile $(LOCK) -o requirements-dev.lock build/dev.in
