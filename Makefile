# The verbs of the repository; each calls CMake, CTest or a script in scripts/.

PRESET ?= $(if $(filter test test/% conformance,$(MAKECMDGOALS)),dev,release)
FUZZ_SECONDS ?= 60
FUZZ_SEED ?= 1
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
export JOBS TYPE MSG TITLE

BASE ?= origin/main
INTEGRATIONS := $(patsubst integrations/%/.port/spec.yaml,%,$(wildcard integrations/*/.port/spec.yaml))
ROOMS := $(patsubst sdk/%/CMakeLists.txt,%,$(wildcard sdk/*/CMakeLists.txt))
FUZZES := $(patsubst sdk/%/fuzz,%,$(wildcard sdk/*/fuzz))
E2E := $(sort $(patsubst integrations/%/tests/program_test.cpp,%,$(wildcard integrations/*/tests/program_test.cpp)) redmine)
BENCHES := $(sort $(patsubst sdk/%/bench,%,$(wildcard sdk/*/bench)) $(patsubst scripts/bench/%.sh,%,$(wildcard scripts/bench/*.sh)))

# Each stops, before anything is done, unless the stem of the target is a name that is known.
one_of = $(if $(filter $2,$*),,$(error unknown $1 '$*'; there are: $2))
known_integration = $(call one_of,integration,$(INTEGRATIONS))
known_tests = $(call one_of,integration or room,sdk scripts $(INTEGRATIONS) $(ROOMS))
known_sources = $(call one_of,integration,sdk repo changed $(INTEGRATIONS))
known_versions = $(call one_of,integration,sdk $(INTEGRATIONS))
known_fuzz = $(call one_of,room,$(FUZZES))
known_e2e = $(call one_of,integration with a test of its program,$(E2E))
known_bench = $(call one_of,benchmark,$(BENCHES))

set_up = setup/build $(if $(filter asan tsan,$(PRESET)),setup/sanitize)
build = cmake --build build/$(PRESET) -j $(JOBS) --target

.SECONDEXPANSION:
.DEFAULT_GOAL := help
.PHONY: help setup build test test-long test-crash lint fix demo new reference package package/test bench road check changed changelog conformance e2e/redmine clean FORCE
.PHONY: $(addprefix check/,version changelog contract deps reference repo title)

help: ## Show the verbs
	@echo "Ocean: integrations: $(INTEGRATIONS); rooms of the SDK: $(ROOMS)"
	@awk -F ':.*## ' '/^[a-z0-9%\/-]+:.*## / { sub("%", "<n>", $$1); printf "  make %-16s %s\n", $$1, $$2 }' Makefile

setup: setup/all ## Install what is needed (asks on a terminal)

setup/%: FORCE
	@scripts/setup.sh $*

build: $(set_up) build/$(PRESET)/build.ninja ## Build everything (PRESET=release)
	@$(build) all

build/%: $$(known_integration) $(set_up) build/$(PRESET)/build.ninja FORCE ## Build one integration and the ocean command
	@$(build) bin/ocean bin/ocean-$*

test: $(set_up) setup/test ## Run all tests (PRESET=dev)
	@scripts/test.sh --preset $(PRESET) all

test/%: $$(known_tests) $(set_up) setup/test FORCE ## Test one integration, room of the SDK, or sdk (PRESET=asan|tsan for the sanitizers)
	@scripts/test.sh --preset $(PRESET) $*

# Each scenario writes many small files: kept in memory they take a quarter of the time.
test-long: $(set_up) build/$(PRESET)/build.ninja ## Simulate 20,000 resyncs with faults, and kill others at 100 points (SIM_SCENARIOS=n SIM_SEED=s CRASH_POINTS=n CRASH_SEED=s)
	@$(build) bin/sync_tests bin/resync_crash_tests
	@TMPDIR=$(or $(TMPDIR),$(wildcard /dev/shm),/tmp) \
	SIM_SCENARIOS=$(or $(SIM_SCENARIOS),20000) SIM_SEED=$(or $(SIM_SEED),1) build/$(PRESET)/bin/sync_tests '[simulation]'
	@CRASH_POINTS=$(or $(CRASH_POINTS),100) CRASH_SEED=$(or $(CRASH_SEED),1) build/$(PRESET)/bin/resync_crash_tests '[crash]'

test-crash: $(set_up) build/$(PRESET)/build.ninja ## Kill processes under webhooks at random points (CRASH_POINTS=200 CRASH_SEED=s)
	@$(build) bin/live_crash_tests
	@CRASH_POINTS=$(or $(CRASH_POINTS),200) CRASH_SEED=$(or $(CRASH_SEED),1) build/$(PRESET)/bin/live_crash_tests '[crash]'

lint: setup/build setup/lint setup/repo ## Check all sources: format, clang-tidy, YAML, shell, text, contracts, dependencies
	@scripts/lint.sh all

lint/%: $$(known_sources) setup/build setup/lint FORCE ## Check one integration, sdk, repo, or changed (what differs from origin/main)
	@scripts/lint.sh $*

fix: setup/lint ## Format all sources
	@scripts/lint.sh --fix all

demo: setup/build build/$(PRESET)/build.ninja ## Sync a Jira-shaped server into the embedded catalog, twice
	@$(build) bin/ocean bin/ocean-jira bin/ocean-jira-upstream
	@scripts/demo.sh build/$(PRESET)/bin

run/%: $$(known_integration) build/% FORCE ## Run one integration in its folder (ARGS="--local --once")
	@build/$(PRESET)/bin/ocean sail integrations/$* $(ARGS)

new: setup/build build/$(PRESET)/build.ninja ## Make a new integration (asks; ARGS='--name "Acme Tracker" --yes' does not)
	@$(build) bin/ocean
	@build/$(PRESET)/bin/ocean new integrations --public $(ARGS)

debug/%: PRESET = dev
debug/%: $$(known_integration) setup/build setup/debug build/dev/build.ninja FORCE ## Run one integration under gdb, with its .env (ARGS="--once")
	@$(build) bin/ocean-$*
	@cd integrations/$* && gdb -ex run --args $(CURDIR)/build/dev/bin/ocean-$* sail $(ARGS)

package: setup/build build/release/build.ninja ## Make a .deb of the ocean command and the SDK (build/package)
	@cmake --build build/release -j $(JOBS) --target sdk_package
	@cd build/release && cpack -B $(CURDIR)/build/package

package/test: package $(if $(BASE_IMAGE),setup/image) ## Install the package into a clean root, and make, build and run an integration with it (BASE_IMAGE=… its image too)
	@scripts/package-test.sh "$$(ls -t build/package/ocean_*.deb | head -n 1)" $(BASE_IMAGE)

image/%: $$(known_integration) FORCE ## Build the image of an integration, try it, weigh it
	@scripts/image.sh build $*
	@scripts/image.sh smoke $*
	@scripts/image.sh size $*

bench: $(addprefix bench/,$(BENCHES)) ## Run all benchmarks

bench/%: $$(known_bench) $(set_up) setup/bench build/$(PRESET)/build.ninja FORCE ## Run one benchmark; its last line is JSON
	@scripts/bench.sh $(PRESET) $*

e2e/%: $$(known_e2e) setup/build build/dev/build.ninja FORCE ## Run the program of one integration against its made-up third party and the embedded catalog
	@cmake --build build/dev -j $(JOBS) --target bin/$*_tests
	@build/dev/bin/$*_tests --filenames-as-tags '[#program_test],[#webhook_test]'

e2e/redmine: setup/build build/dev/build.ninja ## Install a real Redmine, and sync it after each of several changes
	@cmake --build build/dev -j $(JOBS) --target bin/ocean bin/ocean-redmine
	@scripts/e2e-redmine.sh build/dev/bin

reference: setup/build build/$(PRESET)/build.ninja ## Write docs/reference and the READMEs' tables from what the programs say
	@$(build) bin/ocean bin/ocean-jira
	@scripts/reference.sh write build/$(PRESET)/bin/ocean

check/reference: setup/build build/$(PRESET)/build.ninja ## Check docs/reference, and the commands that documents show
	@$(build) bin/ocean bin/ocean-jira
	@scripts/reference.sh check build/$(PRESET)/bin/ocean

road: setup/build setup/lint setup/image build/dev/build.ninja ## Walk a contributor's whole road on a throwaway clone, from `ocean new` to the image that runs (BASE_IMAGE=…)
	@cmake --build build/dev -j $(JOBS) --target bin/ocean
	@scripts/road.sh $(if $(BASE_IMAGE),--base '$(BASE_IMAGE)')

conformance: setup/build ## Compare with what others wrote: jq's test suites, vendors' signatures, mock servers
	@scripts/conformance.sh $(PRESET)

fuzz/%: $$(known_fuzz) setup/build setup/fuzz FORCE ## Fuzz a room (FUZZ_SECONDS=60 FUZZ_SEED=1): jq, also against the reference
	@scripts/fuzz.sh --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED) $*

check: ## Run exactly what CI runs
	@bash .ci/run

changed: ## Show which integrations and parts the branch changes (BASE=origin/main)
	@scripts/changed.sh --base '$(BASE)'

check/version: ## Check that changes have a greater version and a changelog entry (BASE=origin/main)
	@scripts/version-check.sh --base '$(BASE)'

check/changelog: ## Check the changelogs
	@scripts/changelog.sh check

check/contract: ## Check the integrations' folders
	@scripts/contract.sh

check/deps: ## Check what the code is built on
	@scripts/deps.sh check

check/title: ## Check the title of a pull request (TITLE='feat(jira): …')
	@scripts/pr-title.sh "$$TITLE"

check/repo: setup/lint setup/test setup/repo ## Check scripts, workflows, YAML and documents
	@scripts/lint.sh repo
	@scripts/test.sh scripts

bump/%: $$(known_versions) FORCE ## Raise a version and tell why (TYPE=bugfix MSG='…' [LEVEL=minor])
	@scripts/bump.sh $(if $(LEVEL),--level $(LEVEL)) $(if $(filter file,$(origin BASE)),,--base '$(BASE)') $* "$$TYPE" "$$MSG"

changelog: ## Write each CHANGELOG.md from the files in changelog/
	@scripts/changelog.sh render

changelog/%: $$(known_integration) FORCE ## Write one CHANGELOG.md
	@scripts/changelog.sh render $*

clean: ## Remove what was built
	rm -rf build

# Configures once; ninja does it again when a CMake file changes. OCEAN_INTEGRATIONS="jira" narrows the build.
build/%/build.ninja: $(if $(filter undefined,$(origin OCEAN_INTEGRATIONS)),,FORCE) | setup/build
	@scripts/configure.sh $* $(if $(filter undefined,$(origin OCEAN_INTEGRATIONS)),,'-DOCEAN_INTEGRATIONS=$(OCEAN_INTEGRATIONS)')
