"""What goes wrong once in a thousand: on demand, with `make soak`."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from casebook.batch import manifest
from casebook.batch.freshness import FILES
from casebook.batch.house import House

BUILD = """
import sys, time
from pathlib import Path
from casebook.batch import build, cases
from casebook.batch.house import House
from tests.batch.conftest import InProcess, check

root, output = map(Path, sys.argv[1:])
house = House(root, root / "lib" / "casebook")
slow = lambda job: time.sleep(0.002)
print("began", flush=True)
done = build.build(cases.find([], house.params), house, output, lambda: InProcess(slow), jobs=2, check=check)
assert done.exit_code == 0, done
"""


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_a_build_killed_at_any_moment_leaves_whole_reports(seed: int, house: House, output: Path) -> None:
    chance = random.Random(seed)
    command = [sys.executable, "-c", BUILD, str(house.root), str(output)]
    names = [f"case{number}" for number in range(5)]
    for attempt in range(60):
        for name in names:
            (house.params / f"{name}.yaml").write_text(f"attempt: {attempt}")
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        process.communicate()
        for name in names:
            assert_whole(output / name)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert sorted(path.name for path in output.iterdir()) == [".lock", *names]
    for name in names:
        assert_whole(output / name)
        assert (output / name / "decision.xlsx").read_text() == "attempt: 59"


def assert_whole(folder: Path) -> None:
    """All files of one and the same attempt, or no folder at all."""
    if not folder.exists():
        return
    record = manifest.read(folder)
    assert record is not None
    assert sorted(record["files"]) == sorted(FILES)
    made = ("decision.ipynb", "decision.html", "decision.xlsx")
    assert len({(folder / name).read_text() for name in made}) == 1
