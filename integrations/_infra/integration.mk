# The verbs of one integration, for its own folder: each calls the same verb of the repository's Makefile.
INTEGRATION ?= $(notdir $(CURDIR))
OCEAN_ROOT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))../..)

.DEFAULT_GOAL := help
.PHONY: help build test lint run

help: ## What can be said here
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(lastword $(MAKEFILE_LIST))

build: ## Build the program
test: ## Run the tests
lint: ## Check the sources
run: ## Run it with the configuration in this folder (ARGS="--once")
build test lint run:
	@$(MAKE) --no-print-directory -C $(OCEAN_ROOT) $@/$(INTEGRATION)
