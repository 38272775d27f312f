# `make up` and `make test` are all a newcomer needs: each does its own set-up, and neither asks a question.
.DEFAULT_GOAL := help
SHELL := /bin/sh

UV_VERSION := 0.13.9
READY := .venv/.ready
PYTHON := .venv/bin/python
YIHAOTONG := .venv/bin/yihaotong
# hotlines of their own, which they hurt or set up otherwise; the other end-to-end tests share one
OWN := $(patsubst %,tests/e2e/test_%.py,faults handoff sms voice)
SHARED := $(filter-out $(OWN),$(wildcard tests/e2e/test_*.py))
# Lines of parts, each in a process of its own, for the event loops of Rasa, browsers and servers do not share one with
# everything; but few, for each process imports the libraries and starts the databases anew. The longest come first.
define PARTS
tests/conversations
$(wildcard tests/integration/test_[!a-k]*.py)
$(OWN)
tests/understanding
$(SHARED)
$(wildcard tests/integration/test_[a-k]*.py)
tests/unit
tests/docs
endef
export PARTS
# parts that run at the same time
JOBS ?= 2
TYPED := hotline connectors portal $(wildcard console)

export RASA_TELEMETRY_ENABLED := false
export UV_HTTP_TIMEOUT := 300
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: up test check train bench walks clean help setup

up: $(READY)  ## start everything on http://localhost:12345; Ctrl-C stops it
	@exec $(YIHAOTONG) up

test: $(READY)  ## run all tests; finds or installs Chromium, trains the assistant once; ARGS="-k word" chooses
	@$(YIHAOTONG) train
	@chromium=$$($(PYTHON) -m tests.e2e.browser) || exit 1; \
	export YHT_TEST_CHROMIUM="$$chromium"; \
	if [ -n "$(ARGS)" ]; then exec $(PYTHON) -m pytest $(ARGS); fi; \
	printf '%s\n' "$$PARTS" | xargs -P $(JOBS) -I{} sh -c \
	  'said=$$($(PYTHON) -m pytest -q {} 2>&1); code=$$?; printf "== %s\n%s\n" "{}" "$$said"; exit $$code'

check: $(READY)  ## style, types, layers, docs, the city's and the assistant's data
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy $(TYPED)
	@$(PYTHON) -m pytest -q tests/unit/test_layers.py $(wildcard tests/docs tests/unit/test_docs.py)
	@$(YIHAOTONG) check

train: $(READY)  ## train the assistant when its data have changed
	@exec $(YIHAOTONG) train

bench: $(READY)  ## measure, side by side with bare Rasa
	@$(YIHAOTONG) train
	@exec $(PYTHON) -m bench $(ARGS)

walks: $(READY)  ## let random people do random things with tickets, in ways never walked before, until one breaks a promise
	@while YHT_TEST_SEED=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ') $(PYTHON) -m pytest -q -k random_walks tests/integration/test_lifecycle_walk.py; do :; done

setup: $(READY)  ## only install

clean:  ## remove what was installed, trained and cached; var/ with its data stays
	rm -rf .venv models .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

# The environment with the packages of the lock and the `yihaotong` command. Made again when the lock changes or
# the folder has moved. Needs Python 3.11; uv is taken from PATH, or installed into the environment.
ifneq ($(file < $(READY)),$(CURDIR))
.PHONY: $(READY)
endif
$(READY): requirements.lock
	@set -e; \
	python=; \
	for each in python3.11 python3 python; do \
	  if "$$each" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then python=$$each; break; fi; \
	done; \
	if uv --version >/dev/null 2>&1; then uv=uv; else uv=; fi; \
	if [ -z "$$python" ] && [ -n "$$uv" ]; then \
	  python=$$(uv python find 3.11 2>/dev/null || { uv python install 3.11 >&2 && uv python find 3.11; }) || python=; \
	fi; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 is missing: install it (Debian, Ubuntu: python3.11 and python3.11-venv), or install uv, which brings it" >&2; exit 1; \
	fi; \
	echo "installing the packages of requirements.lock into .venv (about 2 GB, once)"; \
	if [ "$$(cat $(READY) 2>/dev/null)" = '$(CURDIR)' ] && $(PYTHON) -c '' 2>/dev/null; then :; \
	elif [ -n "$$uv" ]; then uv venv --quiet --clear --python "$$python" .venv; \
	elif ! "$$python" -m venv --clear .venv; then echo "Python's venv module is missing: install python3.11-venv" >&2; exit 1; fi; \
	if [ -z "$$uv" ]; then \
	  uv=.venv/uv/bin/uv; \
	  [ -x $$uv ] || $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .venv/uv uv==$(UV_VERSION); \
	fi; \
	if [ -t 2 ]; then quiet=; else quiet=--quiet; fi; \
	"$$uv" pip sync $$quiet --python $(PYTHON) requirements.lock; \
	printf '%s\n' '$(CURDIR)' > "$$($(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/yihaotong.pth"; \
	printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -P -m hotline.cli "$$@"\n' > $(YIHAOTONG); \
	chmod +x $(YIHAOTONG); \
	printf '%s' '$(CURDIR)' > $(READY)
