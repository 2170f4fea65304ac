"""Holds are measured by commands that are not ours here: small programs with known output."""

import json
import shlex
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tools.judge import holds
from tools.judge.holds import Bench, Book, Hold, Part

ROOT = Path(holds.__file__).resolve().parents[2]


def prints(*lines: str, status: int = 0) -> str:
    """Return a command that prints *lines* and ends with *status*."""
    code = f"import sys; print({chr(10).join(lines)!r}); sys.exit({status})"
    return shlex.join([sys.executable, "-c", code])


def entry(
    command: str, goal: str = "max <= 5.0", figure: str = "", n_at_least: int = 1, limit_s: float = 60.0
) -> Hold:
    return Hold("p", "w", command, goal, figure=figure, n_at_least=n_at_least, limit_s=limit_s)


GOOD = '{"result": [1.5, 4.25], "n": 2, "invalid": 0, "detail": "fine"}'


def test_met_with_progress_before_the_last_line():
    verdict = Bench().measure(entry(prints("working", "{}", GOOD)), 7)
    assert (verdict.met, verdict.result, verdict.n, verdict.why) == (True, "4.25", 2, "")


@pytest.mark.parametrize(
    ("hold", "why"),
    [
        (entry(prints('{"result": 6, "n": 1}')), "the result misses the goal"),
        (entry(prints('{"result": 6, "n": 1, "detail": "line 3 down"}')), "line 3 down"),
        (entry(prints('{"result": 1, "n": 0}')), "n is 0, needed 1"),
        (entry(prints(GOOD), n_at_least=3), "n is 2, needed 3"),
        (entry(prints('{"result": 1, "n": 8, "invalid": 1}')), "1 of 9 runs invalid"),
        (entry(prints('{"result": NaN, "n": 1}')), "the result misses the goal"),
        (entry(prints(GOOD, status=4)), "the command failed with status 4"),
        (entry(prints("Traceback")), "last line is no JSON: 'Traceback'"),
        (entry(prints("")), "last line is no JSON: ''"),
        (entry(prints('{"n": 3}')), "prints no measurement: Object missing required field `result`"),
        (entry(prints(GOOD), figure="tcp"), "prints no figure 'tcp'"),
        (entry("/nonexistent/program"), "does not start: No such file or directory"),
    ],
)
def test_not_met_and_why(hold, why):
    verdict = Bench().measure(hold, 1)
    assert not verdict.met
    assert verdict.why == why


def test_one_invalid_run_in_ten_is_allowed():
    assert Bench().measure(entry(prints('{"result": 1, "n": 9, "invalid": 1}')), 1).met


def test_command_that_hangs_is_ended_with_its_children(tmp_path):
    pid_file = tmp_path / "pid"
    inner = f"import os,time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    command = shlex.join([sys.executable, "-c", outer])
    started_s = time.monotonic()
    verdict = Bench().measure(entry(command, limit_s=2.0), 1)
    assert verdict.why == "took longer than 2 s"
    assert time.monotonic() - started_s < 30
    until_s = time.monotonic() + 20
    while (Path("/proc") / pid_file.read_text() / "exe").exists():  # it was killed; the kernel needs a moment
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_figures_of_one_command_share_one_run(tmp_path):
    runs = tmp_path / "runs"
    said = json.dumps({"a": {"result": 1, "n": 1}, "b": {"result": 9, "n": 1}})
    code = f"open({str(runs)!r}, 'a').write('x'); print({said!r})"
    command = shlex.join([sys.executable, "-c", code])
    bench = Bench()
    first = bench.measure(entry(command, figure="a"), 1)
    second = bench.measure(entry(command, figure="b"), 1)
    assert (first.met, second.met, runs.read_text()) == (True, False, "x")


def test_seed_reaches_the_command():
    code = 'import sys; print(\'{"result": %s, "n": 1}\' % sys.argv[1])'
    hold = entry(shlex.join([sys.executable, "-c", code]) + " {seed}", goal="== 41")
    assert Bench().measure(hold, 41).met
    assert not Bench().measure(hold, 42).met


def test_line_without_entry_and_entry_without_line_are_not_met():
    part = Part(name="p", must_hold=["all is well", "and quick"])
    hold = Hold(part="p", words="all is wel1", command=prints(GOOD), goal="max <= 5.0")
    verdicts = holds.measure_part(Book([part], [hold]), "p", 1)
    assert [(row.words, row.met, row.why) for row in verdicts] == [
        ("all is wel1", True, ""),
        ("all is well", False, "no entry in holds.toml"),
        ("and quick", False, "no entry in holds.toml"),
        ("all is wel1", False, "these words are in no must_hold line"),
    ]


def test_unknown_part_names_the_known_ones():
    book = Book([Part(name="skeleton", must_hold=[])], [])
    with pytest.raises(SystemExit, match=r"no part 'skelton' in holds\.toml; known: skeleton"):
        holds.measure_part(book, "skelton", 1)


def test_exit_status_and_table(tmp_path, capsys):
    book = tmp_path / "holds.toml"
    text = f"""
    [[part]]
    name = "p"
    must_hold = ["quick", "exact"]
    [[hold]]
    part = "p"
    words = "quick"
    command = {json.dumps(prints(GOOD))}
    goal = "max <= 5.0"
    [[hold]]
    part = "p"
    words = "exact"
    command = {json.dumps(prints('{"result": 1, "n": 3}'))}
    goal = "== GOAL"
    """
    book.write_text(text.replace("GOAL", "1"))
    assert holds.main(["--part", "p", "--seed", "5", "--book", str(book)]) == 0
    book.write_text(text.replace("GOAL", "0"))
    capsys.readouterr()
    assert holds.main(["--part", "p", "--seed", "5", "--book", str(book)]) == 1
    printed = capsys.readouterr().out
    assert "          == 0                  1      3       0  NOT MET  exact" in printed
    assert printed.endswith("holds: 1 met, 1 not met (part p, seed 5)\n")


def test_our_book_covers_every_line_of_its_parts():
    book = holds.read_book(ROOT / "holds.toml")
    assert [part.name for part in book.part if not part.must_hold] == []
    for part in book.part:
        own = [hold for hold in book.hold if hold.part == part.name]
        assert holds.uncovered(part, own) == []
        assert holds.misquoted(part, own) == []
    assert {hold.part for hold in book.hold} == {part.name for part in book.part}


def test_our_book_has_unknown_keys_refused(tmp_path):
    text = (ROOT / "holds.toml").read_text().replace("goal =", "gaol =", 1)
    (tmp_path / "holds.toml").write_text(text)
    assert "gaol" in str(tomllib.loads(text))
    with pytest.raises(ValueError, match="unknown field `gaol`"):
        holds.read_book(tmp_path / "holds.toml")
