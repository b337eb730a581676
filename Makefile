# The project's commands. Most of them call cargo, npm or a file in scripts/.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

target := $(or $(CARGO_TARGET_DIR),target)
binary := $(target)/release/expense-tracker

.PHONY: build run dist test soak fuzz bench lint lint-tools screenshots readme-images clean assets

build: assets/dist/manifest.json ## builds the release binary and the browser assets
	@scripts/need cargo
	cargo build --release --locked

assets: assets/dist/manifest.json ## builds only the browser assets

run: build ## builds what is missing and serves on http://127.0.0.1:8000
	$(binary) serve

dist: build assets/node_modules/.package-lock.json ## packs one archive with everything in target/dist
	@scripts/dist

test: ## installs what the tests need and runs every test
	@scripts/test

soak: ## runs fifty writers and readers for a minute, on SQLite and on two instances over PostgreSQL
	@scripts/soak

fuzz: ## runs the property tests of `make test` with a hundred times as many inputs
	@scripts/fuzz

bench: build ## runs the benchmarks and prints one table of targets
	@scripts/bench

lint: ## checks formatting, clippy, documentation, scripts, licenses
	@scripts/lint

lint-tools: ## installs the optional tools that `make lint` uses
	cargo install --locked cargo-deny cargo-machete

screenshots: build tests/browser/node_modules/.package-lock.json ## takes screenshots of every page in target/screenshots
	APP_BINARY=$(binary) node scripts/screenshots.mjs

readme-images: build tests/browser/node_modules/.package-lock.json ## takes the pictures of README.md
	APP_BINARY=$(binary) node scripts/readme-images.mjs

clean: ## removes everything that was built (never the data folder)
	rm -rf $(target) assets/dist assets/node_modules tests/browser/node_modules

# Up-to-date assets need neither npm nor node.
assets/dist/manifest.json: assets/package-lock.json assets/build.mjs $(shell find assets/src -type f 2>/dev/null)
	@scripts/need npm
	@$(MAKE) --no-print-directory assets/node_modules/.package-lock.json
	cd assets && node build.mjs
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	@scripts/need npm
	cd $* && npm ci --ignore-scripts --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

