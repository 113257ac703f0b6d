# Everything anybody needs; each target sets up what it needs first.
.PHONY: setup run test lint requirements clean

setup:
	@bin/setup

run: setup
	@bin/run

test:
	@bin/setup dev
	@bin/browser
	@.venv/bin/pytest -n 2

lint:
	@bin/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy
	.venv/bin/djlint templates --check --lint --quiet
	VAR_DIR=$$(mktemp -d) .venv/bin/python manage.py check
	VAR_DIR=$$(mktemp -d) .venv/bin/python manage.py makemigrations --check --dry-run

requirements:
	@bin/requirements

clean:
	rm -rf .venv var
