# Everything runs in .venv, made from requirements.lock; nothing else of the machine is touched.
PYTHON ?= python3
BIN := .venv/bin
RAW := $(or $(LEAD_SCORING_RAW),data/raw)
# The demo company, where no folder of raw tables is named and the usual one has none. A folder that
# was named and cannot be found is for dbt to complain of, not to be filled with made-up people.
DEMO := $(if $(LEAD_SCORING_RAW)$(wildcard $(RAW)/leads*.parquet),,$(RAW)/leads.parquet)
# A build, where there is none yet.
BUILT := $(if $(wildcard $(or $(LEAD_SCORING_DUCKDB),lead_scoring.duckdb)),,build)
# A file of tests is one worker's, and the files begin in the order that conftest.py gives them. A worker has one
# core to calculate on.
PARALLEL_TESTS := OMP_NUM_THREADS=1 LOKY_MAX_CPU_COUNT=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
# dbt looks for its profile beside the project; a team's own profile can be set from outside.
export DBT_PROFILES_DIR ?= $(CURDIR)
# Nobody has to wait for a release check of dbt.
export DBT_VERSION_CHECK ?= false

.PHONY: build report test test-python test-all test-fast test-postgres postgres postgres-stop test-spark spark \
	spark-stop test-clouds lint docs figures bench bench-quality clean

build: .venv/installed $(DEMO)
	$(BIN)/lead-scoring check
	$(BIN)/dbt build
	$(BIN)/lead-scoring summary

# One page about how the scores of the last build compare with what happened.
report: .venv/installed $(BUILT)
	$(BIN)/lead-scoring report --out target/report.html

# What every change has to pass. What the linter leaves of a core the tests use.
test: .venv/installed $(DEMO)
	$(MAKE) --jobs 2 lint test-python

test-python: .venv/installed
	$(PARALLEL_TESTS) -m "not thorough" --durations 25

# Everything, on every engine: what the tests above leave out takes as long again.
test-all: .venv/installed .venv/spark .venv/clouds/installed
	CI_REQUIRES_CHROMIUM=1 CI_REQUIRES_POSTGRES=1 CI_REQUIRES_SPARK=1 CI_REQUIRES_CLOUDS=1 \
		$(PARALLEL_TESTS) --durations 25

# Without the tests that build many warehouses or set everything up anew.
test-fast: .venv/installed
	$(PARALLEL_TESTS) -m "not slow"

# The project on a PostgreSQL server of its own: builds, tests, and the same scores as on DuckDB.
test-postgres: .venv/installed
	CI_REQUIRES_POSTGRES=1 $(BIN)/python -m pytest tests/python/test_postgres.py --durations 10

# Such a server to work with: on a free port, in a temporary folder, gone when it is stopped.
postgres: .venv/installed
	$(BIN)/python tests/python/postgres_server.py start

postgres-stop: .venv/installed
	$(BIN)/python tests/python/postgres_server.py stop

# The project on a Spark cluster of its own: the same comparison. Needs Java 17.
test-spark: .venv/spark
	CI_REQUIRES_SPARK=1 $(BIN)/python -m pytest tests/python/test_spark.py --durations 10

# Such a cluster to work with: a master and two workers on free ports, tables in a temporary folder.
spark: .venv/spark
	$(BIN)/python tests/python/spark_cluster.py start

spark-stop:
	$(BIN)/python tests/python/spark_cluster.py stop

# SQL for Snowflake, BigQuery and Databricks, compiled and parsed; nobody connects to them.
test-clouds: .venv/installed .venv/clouds/installed
	CI_REQUIRES_CLOUDS=1 $(BIN)/python -m pytest tests/python/test_clouds.py --durations 10

# Compiling the models looks at the columns of the raw tables, so there have to be some.
lint: .venv/installed $(DEMO)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	LEAD_SCORING_DUCKDB=:memory: $(BIN)/sqlfluff lint models tests analyses

docs: .venv/installed $(DEMO)
	$(BIN)/dbt docs generate --static
	@echo "Open target/static_index.html in a browser."

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# Spark is 400 MB that only its own targets need.
.venv/spark: requirements-spark.lock | .venv/installed
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-spark.lock
	touch $@

# An environment of its own: some of these adapters need older versions of what the others share.
.venv/clouds/installed: requirements-clouds.lock | .venv/installed
	$(PYTHON) -m venv .venv/clouds
	.venv/clouds/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements-clouds.lock
	touch $@

$(RAW)/leads.parquet: | .venv/installed
	$(BIN)/lead-scoring simulate --out $(RAW)

# The figures of the README: how well the demo's scores rank, and what builds take.
figures: build
	$(BIN)/python benchmarks/score_quality.py
	$(BIN)/python -m benchmarks.build_times

# How well fitted scorecards predict on every data set of benchmarks/sets whose files are there. SETS names some of them.
bench-quality: .venv/installed
	$(BIN)/python -m benchmarks.quality $(SETS)

# How long builds of many leads take, beside programs that do less. LEADS names the sizes; the largest takes long.
bench: .venv/installed
	$(BIN)/python -m benchmarks.scale $(LEADS)

# What can be made again. Databases and data stay: logs of what was published are nowhere else.
clean:
	rm -rf .venv target logs *.egg-info
