# `make run` tries Cairn out; `make test` proves it. Everything else helps with one of the two.

SHELL := /bin/bash
TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
CAIRN := $(TARGET)/release/cairn
WEB_DIST := web/apps/client/dist/index.html
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/.svelte-kit/*' 2>/dev/null)
RUST_SOURCES := Cargo.toml Cargo.lock $(shell find shared api worker migrations cli -type f 2>/dev/null)

.PHONY: help run build web test bench web-bench lint fmt openapi clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## Build, fill a demo on SQLite in ./var, and serve on http://127.0.0.1:8080
	@$(CAIRN) serve --demo

build: $(CAIRN) ## The program with the phone app inside: target/release/cairn

$(CAIRN): $(RUST_SOURCES) $(WEB_DIST)
	@tests/tools/packages.sh build
	cargo build --release --locked --bin cairn
	@touch $(CAIRN)

web: $(WEB_DIST) ## The phone app alone

$(WEB_DIST): $(WEB_SOURCES)
	tests/tools/npm-ci.sh web
	npm --prefix web run build
	@touch $(WEB_DIST)

test: ## Everything that proves Cairn: Rust on SQLite and PostgreSQL, formats by other programs, real browsers
	@tests/tools/test.sh

bench: build ## Speed and size, measured on both databases and printed; nothing fails for being slow
	@tests/bench/run.sh

web-bench: ## How the phone app feels on an old phone with a slow network; printed, nothing fails for being slow
	cd web && npm run build
	tests/tools/npm-ci.sh tests/browser
	cd tests/browser && node bench/web.mjs

lint: ## Format and clippy, as strict as it gets
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cd web && npm run check

fmt: ## Format everything
	cargo fmt --all

openapi: ## Write openapi/openapi.json anew
	cargo run --quiet --bin cairn -- openapi > openapi/openapi.json.new && mv openapi/openapi.json.new openapi/openapi.json

clean: ## Remove what was built; ./var stays
	cargo clean
	rm -rf web/node_modules web/apps/*/dist
