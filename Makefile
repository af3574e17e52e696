# Front door of the tree; `make help` lists the targets. The work is done by tools/setup, CMake
# presets (CMakePresets.json) and ctest, which can be used directly as well.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
# Recorded data that is not part of the tree; targets that need it are skipped without it.
SHARED ?= ../shared
PROJECT ?= examples/ride_hailing
DATA_DIR ?= floe-data
PYTHON := third_party/venv/bin/python
SOURCES = git ls-files --cached --others --exclude-standard 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'bench/*.h' 'bench/*.cc'

# What the sanitizers of presets asan and tsan need to know; the others don't read it.
export ASAN_OPTIONS ?= detect_stack_use_after_return=1:strict_string_checks=1
export LSAN_OPTIONS ?= suppressions=$(CURDIR)/cmake/lsan.supp:print_suppressions=0
export TSAN_OPTIONS ?= suppressions=$(CURDIR)/cmake/tsan.supp:halt_on_error=1
export UBSAN_OPTIONS ?= print_stacktrace=1

.PHONY: help
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Variables: PROJECT=$(PROJECT) DATA_DIR=$(DATA_DIR) JOBS=$(JOBS) SHARED=$(SHARED)"

# --- Build ------------------------------------------------------------------------------------

.PHONY: setup
setup: ## install what is missing: Debian packages, Arrow, DuckDB, Python packages of the tests
	@tools/setup

.PHONY: setup-build
setup-build:
	@tools/setup --build

# The live page, which every preset embeds from web/dist. It is built again when a file of it changes.
WEB ?= 1
WEB_FILES := $(shell find web/src web/public web/index.html web/package.json web/package-lock.json \
  web/tsconfig.json web/vite.config.ts -type f)
WEB_PATH = $(CURDIR)/third_party/node/bin:$(CURDIR)/web/node_modules/.bin
PAGE = $(if $(filter-out 0,$(WEB)),web/dist/index.html)

web/dist/index.html: $(WEB_FILES)
	@tools/setup --web
	@echo "build: page" >&2
	@cd web && PATH=$(WEB_PATH):$$PATH && tsc --noEmit && vite build --logLevel warn

.PHONY: web
web: web/dist/index.html ## build the live page into web/dist, which the next build embeds

.PHONY: build
build: setup-build $(PAGE) ## build the release binaries into build/release/bin (WEB=0: without the page)
	@$(call build_preset,release)

# build_preset NAME: configures the first time; later ninja runs cmake itself when it has to.
define build_preset
echo "build: preset $(1)" >&2; \
mkdir -p build; \
if [[ ! -e build/$(1)/build.ninja ]]; then \
  cmake --preset $(1) >build/$(1)-configure.log 2>&1 || { cat build/$(1)-configure.log; exit 1; }; \
fi; \
cmake --build build/$(1) --parallel $(JOBS)
endef

# --- Run --------------------------------------------------------------------------------------

.PHONY: up
up: build ## build and start everything: log, simulator, job, tables (PROJECT=… DATA_DIR=…)
	@exec build/release/bin/floe up $(PROJECT) --data-dir $(DATA_DIR)

.PHONY: clean-data
clean-data: ## remove what `make up` has stored: log, state, tables
	rm -rf $(DATA_DIR)

# --- Test -------------------------------------------------------------------------------------

.PHONY: test
test: setup web ## everything that must be green: presets dev and asan, Python tests, the page's, tidy
	@$(call build_preset,dev)
	@ctest --test-dir build/dev --output-on-failure --parallel $(JOBS)
	@$(call python_tests,dev)
	@$(call web_tests,dev)
	@$(call build_preset,asan)
	@ctest --test-dir build/asan --output-on-failure --parallel $(JOBS) --label-exclude tidy

.PHONY: test-asan
test-asan: setup-build ## the tests under AddressSanitizer and UBSan
	@$(call build_preset,asan)
	@ctest --test-dir build/asan --output-on-failure --parallel $(JOBS)

.PHONY: test-unit
test-unit: setup-build ## unit tests of the dev preset only
	@$(call build_preset,dev)
	@ctest --test-dir build/dev --output-on-failure --parallel $(JOBS) --label-regex unit

.PHONY: test-python
test-python: setup ## tests that read our files with other programs: PyIceberg, fastavro, DuckDB
	@$(call build_preset,dev)
	@$(call python_tests,dev)

# Python tests find the binaries in FLOE_BIN_DIR.
define python_tests
if [[ -n $$(git ls-files 'tests/**/test_*.py' ':!tests/compat') ]]; then \
  FLOE_BIN_DIR=$(CURDIR)/build/$(1)/bin $(PYTHON) -m pytest --quiet --ignore=tests/compat tests; \
fi
endef

.PHONY: test-web
test-web: setup-build web ## the page's tests: types, eslint, vitest, Playwright with Debian's Chromium
	@$(call build_preset,dev)
	@$(call web_tests,dev)

# Playwright starts the program of FLOE_BIN_DIR for its tests on real data.
define web_tests
tools/setup --web-tests; \
cd web && export PATH=$(WEB_PATH):$$PATH FLOE_BIN_DIR=$(CURDIR)/build/$(1)/bin && \
  tsc --noEmit && eslint --max-warnings 0 . && vitest run && playwright test
endef

.PHONY: picture
picture: build ## make the README's picture of the page anew: docs/images/page.png
	@tools/setup --web-tests
	@cd web && PATH=$(WEB_PATH):$$PATH FLOE_BIN_DIR=$(CURDIR)/build/release/bin \
	  node tests/live/picture.ts ../docs/images/page.png

.PHONY: test-tsan
test-tsan: setup-build ## the tests under ThreadSanitizer
	@$(call build_preset,tsan)
	@ctest --test-dir build/tsan --output-on-failure --parallel $(JOBS)

.PHONY: test-compat
test-compat: setup ## our tables read by the real Trino (downloads it; needs a JDK of 24 or newer)
	@$(call build_preset,dev)
	@FLOE_BIN_DIR=$(CURDIR)/build/dev/bin tests/compat/with_trino $(PYTHON) -m pytest --quiet tests/compat

.PHONY: test-replay-week
test-replay-week: setup build ## a week of San Francisco's cabs through the job, checked (needs SHARED)
	@if [[ ! -d $(SHARED)/data/sf_cabs ]]; then \
	  echo "test-replay-week: SKIPPED, the recorded week is not in $(SHARED)/data/sf_cabs"; \
	else \
	  FLOE_BIN_DIR=$(CURDIR)/build/release/bin tests/replay_week/run $(SHARED)/data/sf_cabs; \
	fi

.PHONY: bench
bench: build ## measure: events/s and CPU seconds of the stages and jobs
	@FLOE_BIN_DIR=$(CURDIR)/build/release/bin bench/run

.PHONY: bench-flink
bench-flink: setup build ## the same jobs on Floe and on the real Flink (needs SHARED)
	@if [[ ! -d $(SHARED)/reference ]]; then \
	  echo "bench-flink: SKIPPED, the scripts of the real Flink are not in $(SHARED)/reference"; \
	else \
	  FLOE_BIN_DIR=$(CURDIR)/build/release/bin $(PYTHON) bench/race/flink $(SHARED)/reference; \
	fi

.PHONY: bench-trino
bench-trino: setup build ## the same queries on Floe's endpoint and on the real Trino (needs a JDK of 24 or newer)
	@FLOE_BIN_DIR=$(CURDIR)/build/release/bin tests/compat/with_trino $(PYTHON) bench/race/trino

# --- Care -------------------------------------------------------------------------------------

.PHONY: tidy
tidy: ## check the rules of STYLE.md and the include table of ARCHITECTURE.md
	@python3 tools/tidy/tidy.py

.PHONY: fmt
fmt: ## format all sources with clang-format 14
	@$(SOURCES) | xargs --no-run-if-empty clang-format-14 -i

.PHONY: fuzz
fuzz: ## build the fuzz targets (clang 14) and run each for a minute
	@tools/setup --build --fuzz
	@$(call build_preset,fuzz)
	@tests/fuzz/run build/fuzz/bin

.PHONY: clean
clean: ## remove what was built; keeps third_party/ and data
	rm -rf build
