# Casebook. `make` sets up a private environment and builds every case; `make help` lists the rest.
# Written for GNU make 3.81 (the one macOS has) and later; the folder's path may contain spaces.

.DEFAULT_GOAL := all
.SUFFIXES:
.NOTPARALLEL:

VENV ?= .venv
PYTHON ?=
ARGS ?=
CASE ?=
UV ?= uv

PY := $(VENV)/bin/python
TARGETS := all bench check clean distclean help lint lock new pdf reconciliation setup soak test
CASES := $(filter-out $(TARGETS),$(patsubst params/%.yaml,%,$(wildcard params/*.yaml)))

.PHONY: $(TARGETS) $(CASES)

all: setup ## Build every case in params/, and the reconciliation, where not up to date
	@"$(PY)" -m casebook build $(ARGS)

reconciliation: setup ## Set the source article's figures beside the computed ones
	@"$(PY)" -m casebook build notebooks/reconciliation.yaml $(ARGS)

$(CASES): setup
	@"$(PY)" -m casebook build "params/$@.yaml" $(ARGS)

new: setup ## Start a case: make new CASE=name writes params/name.yaml
	@[ -n "$(CASE)" ] || { echo "make new: wanted a name, as in: make new CASE=acme" >&2; exit 2; }
	@"$(PY)" -m casebook new "$(CASE)"

pdf: setup ## Print the memos that are built, with Chromium (ARGS=legal for one)
	@"$(PY)" -m casebook pdf $(ARGS)

check: setup ## Say what is wrong with the case files, or that nothing is
	@"$(PY)" -m casebook check $(ARGS)

test: setup ## Run the tests (ARGS="-k word" for some of them)
	@$(call environment,test,requirements-test.lock)
	@"$(PY)" -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

lint: setup ## Look for mistakes in the code
	@$(call environment,test,requirements-test.lock)
	@"$(PY)" -m ruff check --quiet . && echo "nothing wrong"

bench: setup ## Measure: run every bench/*.py
	@$(call environment,test,requirements-test.lock)
	@for script in bench/*.py; do \
	   [ -e "$$script" ] || { echo "no benchmarks in bench/"; break; }; \
	   echo "$$script"; "$(PY)" "$$script" || exit 1; \
	 done

soak: setup ## Run the long tests that look for what goes wrong once in a thousand
	@$(call environment,test,requirements-test.lock)
	@"$(PY)" -m pytest -m soak $(ARGS)

lock: ## Choose the newest allowed packages and write the lock files (needs uv)
	@command -v "$(UV)" >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 2; }
	@$(call resolve,requirements.lock,)
	@$(call resolve,requirements-test.lock,--extra test)

setup: ## Set up the private environment in .venv; every target that needs it does
	@$(call environment,run,requirements.lock)

clean: ## Remove what was built, and caches
	@rm -rf output dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find lib tests notebooks bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	@find notebooks -name .ipynb_checkpoints -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean ## Remove the private environment, too
	@[ ! -e "$(VENV)" ] || [ -e "$(VENV)/.casebook" ] || { $(call foreign); }
	@rm -rf "$(VENV)"

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile
	@echo "make CASE            Build one case:$(if $(CASES), $(CASES), none in params/ yet)"

# $(call environment,run|test,lock file): bring the private environment to what the lock file says.
#
# What is there is known by content: .venv/.casebook-run and -test hold the checksum of the lock file they were made
# from and the folder they were made in. They are written last, so an interrupted set-up is redone.
# An environment without the mark .casebook was made by someone else and is left alone.
define environment
want="$$(cksum < $(2)) $$(pwd -P)"; \
if [ "$$(cat "$(VENV)/.casebook-$(1)" 2>/dev/null)" = "$$want" ] && \
  "$(PY)" -c 'import casebook' 2>/dev/null; then exit 0; fi; \
log="$(VENV)/setup.log"; \
install() { \
  "$(PY)" -m pip --disable-pip-version-check install "$$@" >>"$$log" 2>&1 || { \
    tail -n 15 "$$log" >&2; echo "make: setting up failed; all of it in $$log" >&2; exit 1; }; \
}; \
if [ $(1) = run ]; then \
  if [ -e "$(VENV)" ] && [ ! -e "$(VENV)/.casebook" ]; then $(call foreign); fi; \
  $(find_python) \
  echo "setting up $(VENV) with $$("$$python" --version); this takes a minute, once"; \
  rm -rf "$(VENV)" && mkdir -p "$(VENV)" && : >"$(VENV)/.casebook" && \
  "$$python" -m venv "$(VENV)" >"$$log" 2>&1 || { cat "$$log" >&2; exit 1; }; \
  install --require-hashes -r $(2); \
  install --no-deps --no-index --no-build-isolation --editable .; \
else \
  echo "adding what the tests need to $(VENV)"; \
  install --require-hashes -r $(2); \
fi; \
echo "$$want" >"$(VENV)/.casebook-$(1)"
endef

foreign = echo "make: $(VENV) was not made by make; move it away, or name another place: make VENV=.venv-casebook" >&2; exit 1

# Sets $python to one that is new enough and can make environments, or says what to install.
define find_python
python=; bare=; \
for name in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python); do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
  if "$$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then python="$$name"; break; fi; \
  [ -n "$$bare" ] || bare="$$name"; \
done; \
if [ -z "$$python" ] && [ -n "$$bare" ]; then \
  version="$$("$$bare" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; \
  echo "make: $$bare cannot make environments (its venv module is missing). Install it:" >&2; \
  echo "  Debian, Ubuntu:  sudo apt-get install python$$version-venv" >&2; \
  echo "  macOS:           brew install python@$$version" >&2; \
  exit 1; \
fi; \
if [ -z "$$python" ]; then \
  echo "make: Casebook needs Python 3.11 or newer; $(if $(PYTHON),$(PYTHON) is not,there is none on the path). Install one:" >&2; \
  echo "  Debian 12, Ubuntu 24.04 and later:  sudo apt-get install python3 python3-venv" >&2; \
  echo "  macOS:                              brew install python@3.13" >&2; \
  echo "or say where it is:                   make PYTHON=/path/to/python3.12" >&2; \
  exit 1; \
fi;
endef

# $(call resolve,lock file,options): what builds the package is locked with what it needs, so that setting up
# needs nothing that has no hash.
define resolve
printf 'hatchling\neditables\n' | "$(UV)" pip compile pyproject.toml - $(2) --universal --fork-strategy fewest \
  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade \
  --output-file $(1)
endef
