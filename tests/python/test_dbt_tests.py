"""All dbt tests: unit tests of the rules of scoring, data tests and singular tests on the demo."""

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["unit", "data"])
def test_dbt_tests_pass(demo, kind):
    result = demo.dbt("test", "--select", f"test_type:{kind}")
    assert result.success, result.log
    ran = [node for node in result.result.results if node.status == "pass"]
    assert len(ran) > 20, f"only {len(ran)} {kind} tests ran"
