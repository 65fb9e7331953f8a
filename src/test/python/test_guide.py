"""The runner of guides believes no guide that promises what does not happen; and first-alert.md can be run by it."""
from __future__ import annotations

from pathlib import Path

import pytest
from seismo_proof import guide
from seismo_proof.guide import Broken

ROOT = Path(__file__).resolve().parents[3]
FIRST_ALERT = ROOT / "src/site/markdown/first-alert.md"


def markdown(*blocks: str) -> str:
    return "\n\nSome words.\n\n".join(blocks)


def sh(text: str) -> str:
    return f"```sh\n{text}\n```"


def sees(text: str) -> str:
    return f"```text\n{text}\n```"


def follow(text: str, tmp_path: Path, seconds: float = 20) -> list:
    said = []
    guide.run(text, tmp_path, tmp_path, seconds, said.append)
    return said


def test_should_keep_a_shell_between_blocks_and_see_what_jobs_in_the_background_say(tmp_path):
    said = follow(markdown(
        sh("export A=7\ncd \"$(mktemp -d)\""),
        "<!-- not run: nobody has it -->\n" + sh("no-such-command"),
        sh("mkfifo fifo\n(read -r word < fifo; echo \"said $word\") &\necho \"a is $A\""), sees("a is 7"),
        sh("echo 21 > fifo\nwait $!"), sees("said 5")), tmp_path)
    assert len(said) == 4 and "left out (nobody has it)" in said[1]


def test_should_say_which_line_did_not_come(tmp_path):
    with pytest.raises(Broken, match="not there in time: equal: 3 panes"):
        follow(markdown(sh("echo different: 3 panes"), sees("equal: 3 panes")), tmp_path, seconds=1)


def test_should_stop_at_a_block_that_fails(tmp_path):
    with pytest.raises(Broken, match="exit code 3"):
        follow(markdown(sh("echo fine\n(exit 3)"), sees("fine"), sh("touch after")), tmp_path)
    assert not (tmp_path / "after").exists()


def test_should_not_wait_for_ever(tmp_path):
    with pytest.raises(Broken, match="the end of the block"):
        follow(sh("mkfifo never\nread -r x < never"), tmp_path, seconds=1)


@pytest.mark.parametrize("line, output, same", [
    ("rows 1,234 of 5.5", "  rows   9 of 0.25 more", True),
    ("dropped=0, 3 rows", "dropped=2, 3 rows", False),
    ("dropped=0, 3 rows", "dropped=0, 14 rows", True),
    ("FIRING \u2026: special", "FIRING page Spike: special", True),
    ("equal: 4", "unequal: 4", False),
    ("DIFFERENT: 4", "equal: 4", False),
    ("a.b", "axb", False),
])
def test_should_take_numbers_and_dots_for_what_may_differ(line, output, same):
    assert (guide.missing([line], [output]) is None) == same


def test_should_want_lines_in_their_order():
    assert guide.missing(["one", "two"], ["one", "x", "two"]) is None
    assert guide.missing(["two", "one"], ["one", "x", "two"]) == "one"
    assert guide.missing(["one", "one"], ["one"]) == "one"


def test_should_let_what_runs_in_the_background_speak_when_it_likes(tmp_path):
    follow(markdown(sh("echo later\necho sooner"), sees("sooner"), sees("later")), tmp_path)
    with pytest.raises(Broken, match="not there in time: never"):
        follow(markdown(sh("echo later\necho sooner"), sees("sooner"), sees("never")), tmp_path, seconds=1)


def test_should_refuse_blocks_that_nobody_would_paste():
    with pytest.raises(Broken, match="neither pasted nor seen"):
        guide.steps("```yaml\na: 1\n```\n")
    with pytest.raises(Broken, match="neither pasted nor seen"):
        guide.steps(markdown(sees("before anything")))


def test_should_give_a_run_ports_of_its_own():
    text = guide.with_free_ports("broker --port 9092\nconnect localhost:9092 and 127.0.0.1:8484, 19092 stays")
    assert "9092\n" not in text and ":8484" not in text and "19092 stays" in text
    first, second = text.split("--port ")[1].split()[0], text.split("localhost:")[1].split()[0]
    assert first == second


def test_should_find_every_block_of_the_first_alert():
    steps = guide.steps(FIRST_ALERT.read_text(encoding="utf-8"))
    assert len(steps) >= 10
    assert [step.not_run for step in steps if step.not_run] == ["the test has these installed"]
    assert all(step.sees for step in steps if "seismo " in step.commands), "each command of Seismo shows something"
    words = FIRST_ALERT.read_text(encoding="utf-8")
    assert all(word in words for word in ("FIRING", "equal:", "sae inspect", "topics create", "replay verify"))
