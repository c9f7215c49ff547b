# `make` lists the targets. Everything is installed into .venv and nothing outside of it.

PYTHON ?= python3
BIN := .venv/bin
CODE := $(wildcard cinema movies bookings aggregator loadtest tests)

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset backup restore fuzz gameday load torture bench bench-peers scale watch test screenshots lint audit format types requirements clean

help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Run three cinemas and the site here, databases included, until Ctrl-C (ARGS="--help")
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m cinema.demo up $(ARGS)

demo-reset: ## Delete the demo's data
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m cinema.demo reset

watch: ## Watch the running demo with Prometheus, rules and alerts included, until Ctrl-C
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m cinema.demo watch

load: ## Put visitors, buyers and bots on the running demo (ARGS="--help")
	$(call install,requirements-load.txt)
	@exec $(BIN)/python -m loadtest $(ARGS)

torture: ## Break a cinema of its own while people buy, and check what they were told (ARGS="--help")
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m loadtest.torture $(ARGS)

bench: ## Measure how fast everything is, beside yardsticks; ten minutes (ARGS="--quick")
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m loadtest.bench $(ARGS)

scale: ## Fill a database with years of sales (ARGS="fill DIRECTORY"), or play a premiere (ARGS="premiere")
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m loadtest.scale $(ARGS)

bench-peers: ## Measure sales beside pretix, too, which is installed into .venv-pretix
	$(call install,requirements-demo.txt)
	@test -x .venv-pretix/bin/gunicorn || { echo "Installing pretix into .venv-pretix"; \
		$(PYTHON) -m venv .venv-pretix && .venv-pretix/bin/python -m pip install -qq pretix 'gunicorn>=27'; }
	@exec $(BIN)/python -m loadtest.bench --only P4 --peers .venv-pretix $(ARGS)

backup: ## Copy the running demo's databases, and receive their logs from then on
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m cinema.demo backup $(ARGS)

restore: ## Put a stopped demo's database back (ARGS="--city kazan --to 2026-12-01T18:30:00+03:00")
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m cinema.demo restore $(ARGS)

gameday: ## Break the running demo on purpose, mend it, check what happened (ARGS="--help")
	$(call install,requirements-demo.txt)
	@exec $(BIN)/python -m cinema.gameday $(ARGS)

test: ## Run the tests (options: ARGS="-k hold")
	$(call install,requirements-dev.txt)
	@exec $(BIN)/python -m pytest $(ARGS)

fuzz: ## Send both deployables what nobody would; half an hour (FUZZ_SEED=… repeats, FUZZ_TIMES=… sizes)
	$(call install,requirements-dev.txt)
	@FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} FUZZ_TIMES=$${FUZZ_TIMES:-12} $(BIN)/python -m pytest tests/fuzz $(ARGS)

screenshots: ## Take a picture of every page of both sites into screenshots/
	$(call install,requirements-dev.txt)
	@SCREENSHOTS=screenshots $(BIN)/python -m pytest tests/browser/test_every_page.py tests/browser/storefront/test_every_page.py $(ARGS)

lint: ## Check style, and the product for what is known to be unsafe
	$(call install,requirements-dev.txt)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/bandit -q -c pyproject.toml -r $(filter-out tests,$(CODE)) manage.py 2>.venv/bandit.log || { \
		cat .venv/bandit.log >&2; exit 1; }

format: ## Repair style
	$(call install,requirements-dev.txt)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: ## Check types
	$(call install,requirements-dev.txt)
	@$(BIN)/mypy $(filter-out tests,$(CODE))

audit: ## Look whether known vulnerabilities are in what is installed (needs the internet)
	$(call install,requirements-dev.txt)
	@for file in requirements*.txt; do \
		echo "$$file"; \
		$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r $$file $(ARGS) \
			2>.venv/audit.log || { tail -n 1 .venv/audit.log >&2; \
			echo "Something is vulnerable, or the service that knows could not be asked: see above" >&2; exit 1; }; \
	done

requirements: ## Pin what pyproject.toml asks for (UPGRADE=--upgrade for newer releases)
	$(call install,requirements-dev.txt)
	$(call pin,requirements.txt)
	$(call pin,requirements-demo.txt,--extra demo --constraint requirements.txt)
	$(call pin,requirements-dev.txt,--extra dev --constraint requirements.txt)
	$(call pin,requirements-load.txt,--extra load --constraint requirements-dev.txt)
	@echo setuptools | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		$(UPGRADE) -o requirements-build.txt -

clean: ## Delete what can be made again; the demo's data stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis htmlcov .coverage staticfiles
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# $(call install,FILE): make .venv, or make it anew when it is broken or of another Python, and
# install FILE unless that was done. The copy of FILE in .venv is written last, so an
# interrupted installation is taken up again. FILE names everything, so pip is not to look for what
# its packages need: where one asks for another with extras, pip would take the newest release,
# whatever is pinned, and then refuse it.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "$(PYTHON) is not Python 3.11 or newer: install one, or name it: PYTHON=python3.12 make $@" >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "$(PYTHON) lacks the venv module: on Debian and Ubuntu run apt install python3-venv" >&2; exit 1; }
@version='import pip, sys; print(sys.version_info[:2])'; \
	test "$$($(BIN)/python -c "$$version" 2>/dev/null)" = \
		"$$($(PYTHON) -c 'import sys; print(sys.version_info[:2])')" || { \
	echo "Making .venv"; rm -rf .venv; $(PYTHON) -m venv .venv; }
@cmp -s $(1) .venv/$(1) || { \
	echo "Installing $(1)"; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $(1) && \
	cp $(1) .venv/$(1); } || { \
	echo "$(1) could not be installed: look above for the reason, then run make $@ again" >&2; exit 1; }
endef

define pin
@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	$(UPGRADE) $(2) -o $(1) pyproject.toml
endef
