# Everything happens in .venv; a machine needs Python 3.11 or later, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# What is installed into it: the versions that CI tests with, unless other ones are asked for.
CONSTRAINTS ?= constraints.txt
EXTRA ?= dev
READY := $(VENV)/.ready
READERS := tests/readers/node_modules/.ready
# Work is taken over from whoever still has some, so that a file's tests mostly share a process,
# and with it the servers and the browser that they start.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: demo test quick check cover format golden man docs pictures fuzz torture mutants bench others clean

demo: $(INSTALLED) ## a real plan, printed and exported to demo/, with what a user installs
	@mkdir -p demo
	@echo "Six sessions on weekdays, closed over New Year, in a table and in demo/plan.ics:"
	$(BIN)/microplan new --start 2026-12-01 --every 6x4w~3d --on mon..fri --prefer tue --gap 21d \
	  --avoid 2026-12-24..2027-01-03 --at 18:00 --tz Europe/Paris --remind 1d --remind 2h \
	  --format table -o demo/plan.ics
	@echo
	@echo "To make a plan of your own, run:  $(BIN)/microplan new"
	@echo "To see every command, run:        $(BIN)/microplan --help"

# What one of the many processes of the tests has compiled, the others need not.
test quick torture: export PYTHONDONTWRITEBYTECODE :=
test: $(READY) $(READERS) ## every test
	$(PYTEST)

quick: $(READY) $(READERS) ## the tests that take no seconds, with a third of the examples
	$(PYTEST) --hypothesis-profile=quick -m "not slow"

check: $(READY) ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

cover: $(READY) ## branch coverage of the tests
	$(BIN)/coverage run -m pytest -q
	$(BIN)/coverage report

format: $(READY) ## rewrite what the formatter would
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(READY) ## rewrite golden files and what pages show; read the difference before you commit
	MICROPLAN_WRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/formats/test_golden.py tests/docs/test_examples.py tests/docs/test_readme.py
	$(BIN)/python docs/pictures.py
	$(BIN)/python docs/recording.py

man: $(READY) ## rewrite the manual page and docs/reference.md from the commands
	COLUMNS=80 $(BIN)/python docs/commands.py

docs: man $(VENV)/docs/.ready ## build the documentation into site/; broken links fail
	$(VENV)/docs/bin/mkdocs build --clean --strict
	@! grep -rEl '<(script|link|img|iframe)[^>]+(src|href)="(https?:)?//' site \
	  || { echo "the pages above would fetch from elsewhere"; exit 1; }
	@echo "site/index.html"

$(VENV)/docs/.ready: $(READY)
	$(call bare,$(VENV)/docs,-c constraints.txt '.[docs]')

pictures: $(READY) ## draw the pictures and the recording of the README from real runs
	$(BIN)/python docs/pictures.py
	$(BIN)/python docs/recording.py

SECONDS ?= 30
fuzz: $(READY) ## what hostile input may do, SECONDS for each target
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	$(BIN)/python -m fuzz --seconds $(SECONDS)

TIMES ?= 5
torture: $(READY) ## faults brought about, TIMES as many as the tests do, and counted at the end
	MICROPLAN_TORTURE=$(TIMES) $(PYTEST) -m torture

ONLY ?=
mutants: $(READY) ## whether a test notices each change to the core, or to ONLY some mutants
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutation]'
	PATH="$(abspath $(BIN)):$$PATH" mutmut run $(ONLY)
	$(BIN)/mutmut results

bench: $(VENV)/bench/.ready $(VENV)/newest/.ready ## start-up and throughput, beside what they promise
	$(VENV)/bench/bin/python -m bench

others: $(VENV)/others/.ready ## khal and todoman in an environment of their own, for `make bench`

# What a user has: no tool of development, whose start-up files make every ratio look better.
$(VENV)/bench/.ready: $(READY) $(shell find src -type f -not -name '*.pyc')
	$(call bare,$(VENV)/bench,-c constraints.txt .)

# One row shows the script on the newest libraries, as a script that is written today would have.
$(VENV)/newest/.ready: $(READY)
	$(call bare,$(VENV)/newest,typer rich python-dateutil ics tzdata)

$(VENV)/others/.ready: $(READY)
	$(call bare,$(VENV)/others,khal todoman)

# An environment without pip of its own, which would bring setuptools along, and with it a .pth.
define bare
$(BIN)/python -m venv --clear --without-pip $(1)
$(BIN)/python -m pip --python $(1)/bin/python install --quiet --disable-pip-version-check $(2)
@touch $@
endef

$(INSTALLED): pyproject.toml $(CONSTRAINTS)
	@echo "Installing microplan and the libraries it needs into $(VENV):"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c $(CONSTRAINTS) -e .
	@touch $@

# What a user needs, and the tools of those who work on it. Built here, urllib3-future leaves out the
# .pth that puts it in the place of urllib3 and adds 8 ms to every start of Python (docs/phone.md).
$(READY): pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv $(VENV)
	URLLIB3_NO_OVERRIDE=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) \
	  --no-cache-dir --no-binary urllib3-future urllib3-future \
	  || echo "urllib3-future can't be built here: it comes as it is, with its .pth"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[$(EXTRA)]'
	@touch $@ $(INSTALLED)

# The readers of the calendar file that pip brings come with .venv; without npm, ical.js is left out.
$(READERS): tests/readers/package.json
	@if ! command -v npm > /dev/null; then echo "no npm: the tests leave ical.js out"; \
	elif npm install --prefix tests/readers --no-package-lock --no-audit --no-fund --silent; then touch $@; \
	else echo "npm could not install ical.js: the tests leave it out"; fi

clean:
	rm -rf $(VENV) tests/readers/node_modules dist build demo site .coverage .mypy_cache .ruff_cache .hypothesis .import_linter_cache mutants
