"""`matchreport extract`: what comes out where, and how every failure ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extractor import MatchReport
from tests.cli.running import COMMAND, EXAMPLE, Command, no_answer, surroundings
from tests.model_server import ModelServer, Reply, answering, failing

TEXT = EXAMPLE.read_text(encoding="utf-8")


def contract(printed: str) -> MatchReport:
    """The report in JSON, its spans checked against the example."""
    report = MatchReport.model_validate_json(printed)
    assert all(TEXT[span.start : span.end] == span.text for _, span in report.spans())
    return report


def test_json_is_the_contract_and_nothing_else(matchreport: Command) -> None:
    done = matchreport("extract", EXAMPLE, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = contract(done.stdout)
    assert {report.home.name, report.away.name} == {"Olympique Marseille", "Atalanta"}
    assert set(json.loads(done.stdout)) == set(MatchReport.model_fields)


def test_standard_input_is_text_or_json(matchreport: Command) -> None:
    record = json.dumps({"id": "7", "title": None, "published": "2024-05-03T08:00:00Z", "source": "De Krant", "text": TEXT})
    for stdin, echo in ((TEXT, None), (record, "De Krant")):
        done = matchreport("extract", "-", "--json", stdin=stdin.encode())
        assert done.returncode == 0, done.stderr
        assert contract(done.stdout).article.source == echo


def test_a_pipe_gets_plain_text(matchreport: Command) -> None:
    done = matchreport("extract", EXAMPLE, environment={"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"})
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "Olympique Marseille  1–1  Atalanta" in done.stdout
    assert "Gigot" in done.stdout
    assert not any(line.endswith(" ") for line in done.stdout.splitlines())


def test_results_go_to_files_by_their_suffix(matchreport: Command) -> None:
    folder = matchreport.folder
    done = matchreport("extract", EXAMPLE, "-o", "out.json", "--html", "page.html")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == ["wrote out.json", "wrote page.html"]
    contract((folder / "out.json").read_text(encoding="utf-8"))
    assert (folder / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    done = matchreport("extract", EXAMPLE, "--output", "page2.html", "--json")
    contract(done.stdout)
    assert (folder / "page2.html").stat().st_size > 10_000


NOT_ABOUT_FOOTBALL = "De gemeenteraad heeft gisteren besloten dat de brug over het kanaal wordt vernieuwd. " * 12
ENGLISH = "The home side were ahead after ten minutes and never looked back in front of a sold out stadium. " * 12


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "says"),
    [
        (["missing.txt"], b"", 1, "no such file"),
        (["."], b"", 1, "matchreport batch"),
        (["-"], b"", 1, "is empty"),
        (["-"], b" \n\t\n ", 1, "is empty"),
        (["-"], b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 1, "binary"),
        (["-"], "Café".encode("latin-1") * 50, 1, "iconv"),
        (["-"], b'{"tekst": "..."}', 1, "expected"),
        (["-"], b'{"text": "', 1, "not JSON"),
        (["-"], (TEXT * 3000)[: 5 << 20].encode(), 1, "split it"),
        (["-"], ENGLISH.encode(), 1, "Dutch"),
        (["-"], NOT_ABOUT_FOOTBALL.encode(), 3, "not a match report"),
        ([str(EXAMPLE), "-m", "gpt-5"], b"", 1, "openai/<model>"),
        ([str(EXAMPLE), "-m", "local/no-such-model"], b"", 1, "no embedded model"),
        ([str(EXAMPLE), "-m", "local/nothing/here.gguf"], b"", 1, "can't read the model file"),
        ([str(EXAMPLE), "-m", "openai/gpt-5"], b"", 1, "OPENAI_API_KEY"),
        ([str(EXAMPLE), "-m", "openai/gpt-5", "--base-url", "localhost:8000"], b"", 1, "http://host:port/v1"),
        ([str(EXAMPLE), "--base-url", "http://localhost:1/v1"], b"", 1, "--model"),
        ([str(EXAMPLE), "--strategy", "single"], b"", 1, "needs a model"),
        ([str(EXAMPLE), "--html", "no/such/folder/page.html"], b"", 1, "there is no folder"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(matchreport: Command, arguments: list[str], stdin: bytes, code: int, says: str) -> None:
    done = matchreport("extract", *arguments, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    line = done.stderr.removesuffix("\n")
    assert line.startswith("matchreport: ")
    assert says in line
    assert "\n" not in line
    assert len(line) < 400


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract"],
        ["extract", "a", "b"],
        ["extract", "a", "--strategy", "magic"],
        ["extract", "a", "-o", "a.pdf"],
        ["read"],
        ["extract", "a", "--jsn"],
    ],
)
def test_wrong_usage_is_exit_code_2(matchreport: Command, arguments: list[str]) -> None:
    done = matchreport(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_model_that_is_named_is_asked_and_a_key_alone_asks_nobody(matchreport: Command) -> None:
    with ModelServer([answering(no_answer())], key="secret-key") as server:
        here = {"OPENAI_API_KEY": "secret-key", "OPENAI_BASE_URL": server.url}
        alone = matchreport("extract", EXAMPLE, "--json", environment=here)
        assert alone.returncode == 0, alone.stderr
        assert server.requests == []
        assert contract(alone.stdout).provenance is not None

        told = matchreport("extract", EXAMPLE, "--json", "-m", "openai/test-model", environment=here)
        assert told.returncode == 0, told.stderr
        provenance = contract(told.stdout).provenance
        assert provenance is not None
        assert (provenance.model, provenance.strategy) == ("openai/test-model", "single")
        asked = len(server.requests)
        assert asked >= 1

        again = matchreport("extract", EXAMPLE, "--json", environment={"MATCHREPORT_MODEL": "openai/test-model", **here})
        assert again.returncode == 0, again.stderr
        assert len(server.requests) == asked, "the answer is kept"
        assert matchreport("extract", EXAMPLE, "--no-cache", "-m", "openai/test-model", environment=here).returncode == 0
        assert len(server.requests) > asked

        asked = len(server.requests)
        reader = matchreport(
            "extract", EXAMPLE, "--json", "--strategy", "reader", environment={"MATCHREPORT_MODEL": "openai/test-model", **here}
        )
        assert reader.returncode == 0, reader.stderr
        assert len(server.requests) == asked
        assert "secret-key" not in told.stdout + told.stderr


def test_a_refused_key_is_one_line_without_the_key(matchreport: Command) -> None:
    with ModelServer([failing(401, "invalid_api_key")]) as server:
        done = matchreport("extract", EXAMPLE, "-m", "openai/test", "--base-url", server.url, environment={"OPENAI_API_KEY": "sk-mine"})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "sk-" not in done.stderr
    assert "GEHEIME" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send to a process on Windows")
def test_an_interrupt_is_130_without_a_traceback(matchreport: Command) -> None:
    with ModelServer([Reply(then="stall")]) as server:
        process = matchreport.start("extract", EXAMPLE, "-m", "openai/test", "--base-url", server.url)
        for _ in range(1800):
            if server.requests:
                break
            time.sleep(0.05)
        assert server.requests  # before that it is still being loaded, and Python may drop the signal
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals on Windows")
def test_a_terminal_gets_colours_but_no_control_character_of_the_article(matchreport: Command) -> None:
    import pty

    hostile = TEXT.replace("Scamacca", "Scamacca\x1b]0;gehackt\x07\x1b[2J\x9b31m\u202e", 3).replace("Stade", "Stade\r\x08", 1)
    (matchreport.folder / "evil\x1b[7m.txt").write_text(hostile, encoding="utf-8", newline="")
    for arguments in (["evil\x1b[7m.txt"], ["evil\x1b[7m.txt", "--json"], ["missing\x1b[7m.txt"]):
        master, slave = pty.openpty()
        environment = surroundings(matchreport.folder / "cache", TERM="xterm-256color", COLUMNS="90")
        process = subprocess.Popen([*COMMAND, "extract", *arguments], stdout=slave, stderr=slave, cwd=matchreport.folder, env=environment)
        os.close(slave)
        shown = _all_of(master)
        assert process.wait(timeout=60) in (0, 1)
        for bad in ("\x1b]0", "\x07", "\x1b[2J", "\x1b[7m", "\x9b", "\u202e", "\x08"):
            assert bad not in shown, (arguments, bad)
        assert ("\x1b[1m" in shown) == (arguments == ["evil\x1b[7m.txt"]), shown[:500]


def _all_of(master: int) -> str:
    data = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # how Linux says that the other end is closed
            piece = b""
        if not piece:
            os.close(master)
            return data.decode()
        data += piece


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_reader_that_stops_reading_is_no_accident(matchreport: Command) -> None:
    command = f"{' '.join(COMMAND)} extract '{EXAMPLE}' --json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, cwd=matchreport.folder, env=surroundings(matchreport.folder), timeout=60, check=False
    )
    assert done.stdout == b"{\n"
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line(matchreport: Command) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "extract", str(EXAMPLE)],
            stdout=full,
            stderr=subprocess.PIPE,
            env=surroundings(matchreport.folder),
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_unsure_facts_are_left_out(matchreport: Command) -> None:
    whole, sure = (matchreport("extract", EXAMPLE, "--json", "--min-confidence", level) for level in ("0", "0.95"))
    assert (sure.returncode, sure.stderr) == (0, "")
    facts, fewer = (contract(done.stdout) for done in (whole, sure))
    assert len(fewer.players) < len(facts.players)
    assert (fewer.home.name, fewer.away.name) == (facts.home.name, facts.away.name)
    assert "unsure facts left out" in matchreport("extract", EXAMPLE, "--min-confidence", "0.95").stdout
    assert matchreport("extract", EXAMPLE, "--min-confidence", "60").returncode == 2
