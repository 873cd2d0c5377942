"""Provisioning can be killed at any moment, and two runs at once do not collide."""

import os
import random
import signal

import pytest

SIZE = 40

# Builds a folder of SIZE files, telling of each; with "naively" right in its place.
BUILD = f"""
import sys, time
from pathlib import Path
from dev.build import built

def fill(folder):
    folder.mkdir(exist_ok=True)
    print("begin", flush=True)
    for number in range({SIZE}):
        (folder / str(number)).write_text("x" * 1000)
        print(number, flush=True)
        time.sleep(0.001)

target = Path(sys.argv[1])
fill(target) if "naively" in sys.argv else built(target, fill, "a folder")
"""


def kill_after(process, lines):
    """Kill a process without warning once it has told so many lines."""
    for _line in zip(range(lines), process.stdout, strict=False):
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def state(folder):
    """What a later run would see."""
    if not folder.exists():
        return "missing"
    return "whole" if len(list(folder.iterdir())) == SIZE else "broken"


@pytest.mark.parametrize("seed", range(8))
def test_killed_build_leaves_nothing_half_done(start, tmp_path, seed):
    """Whatever the moment, the folder is missing or whole; the next run mends it."""
    target = tmp_path / "target"
    kill_after(start(BUILD, target), random.Random(seed).randint(1, SIZE + 1))
    assert state(target) in ("missing", "whole")
    assert start(BUILD, target).wait(timeout=30) == 0
    assert state(target) == "whole"
    assert not list(tmp_path.glob(".target.*")), "the killed run's remains are removed"


def test_naive_build_would_be_noticed(start, tmp_path):
    """The test above can fail: a folder that is filled in its place is found broken."""
    target = tmp_path / "target"
    kill_after(start(BUILD, target, "naively"), SIZE // 2)
    assert state(target) == "broken"


def test_two_runs_at_once_build_once(start, tmp_path):
    """The second waits for the first and uses what it has made."""
    target = tmp_path / "target"
    runs = [start(BUILD, target) for _number in range(3)]
    told = [run.communicate(timeout=30)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert sum("begin" in text for text in told) == 1
    assert state(target) == "whole"
