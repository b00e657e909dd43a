"""The pace of arXiv: over processes, over runs, over broken state."""

import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from filelock import FileLock

from paperlab.domain.steps import Stage, Step, unwatched
from paperlab.errors import SourceUnavailable
from paperlab.sources.pace import Pace

DELAY_S = 0.3
TURNS = """
import sys, time
from pathlib import Path
from paperlab.sources.pace import Pace
pace = Pace(Path(sys.argv[1]), float(sys.argv[2]))
for _ in range(3):
    with pace.turn("x", lambda step: None):
        print(time.time(), flush=True)
        time.sleep(0.05)
        print(time.time(), flush=True)
"""


def test_two_processes_share_one_pace(tmp_path):
    command = [sys.executable, "-c", TURNS, str(tmp_path), str(DELAY_S)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    moments = [[float(line) for line in process.communicate(timeout=30)[0].split()] for process in running]
    assert all(process.returncode == 0 for process in running)
    turns = sorted((start, end) for own in moments for start, end in zip(own[::2], own[1::2], strict=True))
    assert len(turns) == 6
    # each moment is read a little after its turn has begun; a busy machine makes that little longer
    assert all(later[0] - earlier[0] >= DELAY_S / 2 for earlier, later in pairwise(turns))
    assert all(later[0] >= earlier[1] for earlier, later in pairwise(turns)), "two requests at once"


def test_a_turn_begins_three_seconds_after_the_last_began(pace, clock):
    starts = []
    for duration in (0, 1, 5, 0):
        with pace.turn("x", unwatched):
            starts.append(clock.now)
            clock.now += duration
    assert [later - earlier for earlier, later in pairwise(starts)] == [3, 3, 5]


def test_the_watcher_sees_the_seconds_that_are_left(pace, steps):
    for _ in range(2):
        with pace.turn("1706.03762", steps.append):
            pass
    assert steps == [Step(Stage.WAITING, "1706.03762", seconds) for seconds in (3, 2, 1)]


def test_a_cool_down_is_remembered_by_the_next_run(tmp_path, clock):
    with (first := Pace(tmp_path, clock=clock.time, sleep=clock.sleep)).turn("x", unwatched):
        first.cool_down(120)
    begun = clock.now
    with Pace(tmp_path, clock=clock.time, sleep=clock.sleep).turn("x", unwatched):
        assert clock.now - begun == pytest.approx(120)


def test_a_cool_down_never_shortens_the_pace(pace, clock):
    with pace.turn("x", unwatched):
        pace.cool_down(0)
    begun = clock.now
    with pace.turn("x", unwatched):
        assert clock.now - begun == pytest.approx(3)


def test_a_failed_request_gives_its_turn_back(pace):
    with pytest.raises(ZeroDivisionError), pace.turn("x", unwatched):
        raise ZeroDivisionError
    with pace.turn("x", unwatched):
        pass


def test_a_watcher_can_end_the_waiting(tmp_path, clock):
    def cancel(_: Step) -> None:
        raise KeyboardInterrupt

    pace = Pace(tmp_path, clock=clock.time, sleep=clock.sleep)
    with pace.turn("x", unwatched):
        pass
    with pytest.raises(KeyboardInterrupt), pace.turn("x", cancel):
        pytest.fail("had its turn")
    with pace.turn("x", unwatched):
        pass


@pytest.mark.parametrize("state", ["", "nonsense", "nan", "inf", "1e300", "\x00" * 20, "99999999999"])
def test_a_next_turn_that_cannot_be_is_ignored(tmp_path, clock, state):
    pace = Pace(tmp_path, clock=clock.time, sleep=clock.sleep)
    (tmp_path / "next_request").write_text(state)
    with pace.turn("x", unwatched):
        assert clock.slept == []


def test_a_clock_set_back_costs_ten_minutes_at_most(pace, clock):
    with pace.turn("x", unwatched):
        pass
    clock.now -= 86_400
    with pace.turn("x", unwatched):
        assert sum(clock.slept) <= 600


def test_another_process_that_never_ends_is_an_error(tmp_path):
    held = FileLock(tmp_path / "turn.lock")
    errors: list[SourceUnavailable] = []

    def ask() -> None:
        try:
            with Pace(tmp_path, patience_s=0.1).turn("x", unwatched):
                pass
        except SourceUnavailable as error:
            errors.append(error)

    with held:
        other = threading.Thread(target=ask)
        other.start()
        other.join(10)
    assert ["busy" in error.message for error in errors] == [True]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "state").write_text("a file in the way")
    with pytest.raises(SourceUnavailable, match="pace") as caught, Pace(tmp_path / "state").turn("x", unwatched):
        pass
    assert caught.value.hint


def test_the_folder_is_made_when_it_is_first_needed(tmp_path: Path):
    pace = Pace(tmp_path / "a" / "b", 0)
    assert not (tmp_path / "a").exists()
    with pace.turn("x", unwatched):
        pass
    assert (tmp_path / "a" / "b" / "next_request").is_file()
