"""`./meridian bench` runs to its end: table, result file, books that agree. Nothing is timed here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(600)
def test_a_tiny_run_measures_beside_the_limit_and_leaves_books_that_agree(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    command = [
        sys.executable,
        "-P",
        "-m",
        "meridian.site.command_line",
        "bench",
        "--scale",
        "0.001",
        "--only",
        "1 line",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    answer = subprocess.run(
        [*command, "--json", str(result)], capture_output=True, text=True, env=environment, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    run = json.loads(result.read_text(encoding="utf-8"))
    assert run["problems"] == []
    assert len(run["checked"]) == 7
    measured = {each["name"]: each for each in run["workloads"]}
    assert set(measured) == {"receive 1 line, each a new lot", "FEFO allocate and ship 1 line"}
    for each in measured.values():
        assert len(each["ours_all"]) == len(each["limit_all"]) >= 5
        assert 0 < each["statements"] < 100
        assert f"{each['ours_ms']:.2f}" in answer.stdout
    assert run["sealing"]["rows"] > 0
