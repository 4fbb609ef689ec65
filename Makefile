# The commands of this add-on's developers. Each sets up what it needs by itself; see dev/.
#
# Variables given on the command line, as in `make run PORT=8070`, reach the commands as they are.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules
PYTHON ?= python3
do := @$(PYTHON) dev/do

.PHONY: help setup run test lint fix test-engine test-demo test-core test-lifecycle test-runs bench pot stop clean

help:  ## Show this list
	@echo 'make TARGET [VARIABLE=value ...]'
	@echo
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  \1	\2/p' Makefile | expand -t 16
	@echo
	@echo 'For development:'
	@echo '  dev/odoo ...    Odoo itself: dev/odoo -d x -i mrp_production_stage --stop-after-init'
	@echo '  dev/test ...    the app'"'"'s Odoo tests by name, fast: dev/test TestDoor; dev/test --help'
	@echo
	@echo 'Variables:'
	@echo '  PORT=8069  DB=production_stages  HOST=127.0.0.1    what make run serves, and where'
	@echo '  ODOO_PATH=...    an Odoo 19 tree of yours, instead of downloading one'
	@echo '  PGHOST=... and PostgreSQL'"'"'s other variables: a server of yours, instead of a private one'
	@echo '  RUNS=1000  make test-runs: how many'
	@echo '  FORCE=1    make test-core: run Odoo without the app again, too'
	@echo '  PYTHON=... a Python from 3.11 to 3.13'

setup:  ## Install what all other targets need
	$(do) setup

run:  ## Odoo with the app and its demo in the browser; Ctrl-C stops it
	$(do) run

test:  ## Lint, the engine's tests, the app's tests and tours, and a part of Odoo's own
	$(do) check

lint:  ## ruff, pylint-odoo, XML, manifest, eslint and prettier
	$(do) lint

fix:  ## Let ruff and prettier mend what they can, then lint
	$(do) lint --fix

test-engine:  ## The tests of the rules in plain Python: seconds, no Odoo
	$(do) test-engine -q

test-demo:  ## The app installs with its demo data
	$(do) test-demo

test-core:  ## Odoo's own suites without and with the app, and the difference (15 minutes)
	$(do) test-core $(if $(FORCE),--force)

test-lifecycle:  ## Install, uninstall and install again on a database in use
	$(do) test-lifecycle

test-runs:  ## A thousand random orders: every unit and cent accounted for; goes on where it stopped (an hour)
	$(do) test-runs $(RUNS)

bench:  ## Orders with stages beside plain ones and Odoo without the app, at scale (a few minutes)
	$(do) bench $(ROUNDS)

pot:  ## Write the translation template anew
	$(do) pot

stop:  ## Stop a database server that a killed program left behind
	$(do) stop

clean:  ## Remove all that was set up, the demo database included
	$(do) clean
