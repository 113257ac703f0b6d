# Everything anybody needs; each target sets up what it needs first.
.PHONY: setup run test bench lint requirements clean

setup:
	@bin/setup

run: setup
	@bin/run

test:
	@bin/setup dev
	@bin/browser
	@.venv/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder

bench: setup
	@bin/programs nginx:nginx-light wrk
	@.venv/bin/python -m bench

lint:
	@bin/setup dev
	@bin/lint

requirements:
	@bin/requirements

clean:
	rm -rf .venv var
