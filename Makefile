# Everything runs in .venv, built from pyproject.toml and pinned by constraints.txt.
# PYTHON chooses the interpreter that .venv is first built with; `make clean` forgets it.

PYTHON ?= python3
ARGS ?=
PART ?=

.DEFAULT_GOAL := help
.PHONY: help dashboard bench leaderboard labs docs test lint clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

dashboard: .venv/dashboard.ready ## explore in the browser: http://127.0.0.1:8050 (ARGS="--port 8060")
	.venv/bin/landscape dashboard $(ARGS)

bench: .venv/test.ready ## measure our own speed and quality (PART=name for one of them)
	.venv/bin/python -m benchmarks $(PART)

leaderboard: .venv/test.ready ## run what is missing of the leaderboard, write its report (ARGS=--report: only write)
	.venv/bin/python -m benchmarks.leaderboard $(ARGS)

labs: .venv/test.ready ## run every lab at full size, write benchmarks/LABS.md (PART=name for one of them)
	.venv/bin/python -m benchmarks.labs $(PART)

docs: .venv/docs.ready ## build the documentation: build/docs/site/index.html
	@sh tools/chromium.sh
	.venv/bin/python -m tools.docs

test: .venv/test.ready ## run the tests (ARGS="-k adam" for some of them)
	@sh tools/chromium.sh
	.venv/bin/python -m pytest -q --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/test.ready ## check the style
	.venv/bin/ruff check .

clean: ## remove what was built
	rm -rf .venv build dist

.venv/dashboard.ready: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" sh tools/environment.sh dashboard,exact,export,motion,benchmark,learn
	@touch $@

.venv/test.ready: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" sh tools/environment.sh dev
	@touch .venv/dashboard.ready $@

.venv/docs.ready: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" sh tools/environment.sh docs
	@touch $@
