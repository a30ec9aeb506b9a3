# Bangfu: the two commands a newcomer needs are `make run` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help run reset test check bench catalogue styles screenshots format installed installed-dev
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
export PYTHON

help:
	@echo "make run     start everything on this machine      (本机启动)"
	@echo "make reset   start afresh: forget the data folder  (清空数据，重新开始)"
	@echo "make test    the whole suite: SQLite, PostgreSQL, Chromium  (全部测试)"
	@echo "make check   style, types, floors, templates       (静态检查)"
	@echo "make bench   counts and ratios that must not grow  (性能刻度)"
	@echo "make catalogue   bring the English texts, and the Chinese that Wagtail lacks, up to date (更新界面文本)"
	@echo "make styles  take the style sheets apart for publishing (拆分样式表)"
	@echo "make screenshots  take the pictures of the README anew  (重新截图)"
	@echo "make format  let ruff write the layout             (统一格式)"

# .venv, from the hash lock. The first line answers a second call within a tenth of a second.
installed:
	@$(PY) -m tools.bootstrap run --check 2>/dev/null || { p=$$(sh tools/python.sh) && "$$p" -m tools.bootstrap run; }

installed-dev:
	@$(PY) -m tools.bootstrap dev --check 2>/dev/null || { p=$$(sh tools/python.sh) && "$$p" -m tools.bootstrap dev; }

run: installed
	@exec $(PY) -m tools.run

reset: installed
	@exec $(PY) -m tools.reset

test: installed-dev
	@exec $(PY) -m tools.test

check: installed-dev
	@exec $(PY) -m tools.check

bench: installed-dev
	@exec $(PY) -m pytest tests/bench -m bench -p no:randomly -q -s

catalogue: installed
	@$(PY) -m tools.catalogue
	@exec $(PY) -m tools.wagtail_texts

styles: installed-dev
	@exec $(PY) -m tools.styles

screenshots: installed-dev
	@exec $(PY) -m tools.screenshots

format: installed-dev
	@$(PY) -m ruff check --fix-only --quiet . ; exec $(PY) -m ruff format .
