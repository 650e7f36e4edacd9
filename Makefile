# make demo    set up, then run the bundled sample newsroom to an outbox on disk (FRESH=1 starts over)
# make test    set up, then pass the tests
# make cover   every branch of every pure file is tested
# make check   format, lint, types, import contracts, documentation
# make bench   ratios, measured side by side in one run
# make accessibility  the golden mails against axe-core, html-validate and the W3C validator (npm, Java)
# make reliability  every fault on both mailers and both databases, as a table (RELIABILITY_KILLS=1000: more instants)
# make i18n    our own words and their translations: what is missing, what waits (NEW=de: begin a language)
# make golden  render the reference mails again, with pictures in var/golden
# make lock    resolve the pinned dependencies again
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are processors: tests wait for disks, servers and browsers, too.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 1) + 1)

.PHONY: demo test cover check bench accessibility reliability i18n golden lock clean help
help:
	@sed -n 's/^# make/make/p' Makefile

# Installs exactly what a lock names, checked by hash. The locks are complete, so pip resolves nothing.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing $(1) into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(2)
endef

$(VENV)/.run: requirements.lock pyproject.toml
	$(call install,requirements.lock,$@)

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock,$@)
	@touch $(VENV)/.run

demo: $(VENV)/.run
	@$(BIN)/digest demo $(if $(FRESH),--fresh) $(if $(QUICK),--no-prefect)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

# Every decision is in a pure file (tests/pure.txt), and every branch of those is tested. What takes long and decides
# nothing that other tests do not is left to `make test`: PostgreSQL after SQLite, browsers, crashes, any text.
cover: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n $(WORKERS) --cov=digest --cov-branch --cov-report= -m "not postgres and not browser" \
	  tests/audience tests/collect tests/compose tests/render tests/send tests/web/test_forms.py \
	  tests/web/test_atom.py --deselect tests/send/test_crash_points.py --deselect tests/render/test_any_text.py \
	  --deselect tests/send/test_gallery.py
	$(BIN)/coverage report --show-missing --skip-covered --fail-under=100 --include="$$(paste -sd, tests/pure.txt)"

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.i18n.make --check
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/house

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# npm installs by the lock's hashes and runs no scripts of packages.
accessibility: $(VENV)/.dev
	npm ci --prefix tests/accessibility --no-progress --silent
	$(BIN)/python -m tests.accessibility.check

reliability: $(VENV)/.dev
	$(BIN)/python -m tests.reliability.table

i18n: $(VENV)/.dev
	$(BIN)/python -m tests.i18n.make $(NEW)

golden: $(VENV)/.dev
	$(BIN)/python -m tests.golden.make

lock:
	uv pip compile pyproject.toml --universal --generate-hashes --quiet --custom-compile-command "make lock" \
	  --group build --output-file requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --quiet --custom-compile-command "make lock" \
	  --group dev --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) var dist
