"""The dataset that comes out of a run: every fact of every report, in every format, and never half a file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor import ConfigurationError, InputError, MatchReport
from extractor.dataset import read_tables
from extractor.dataset.arrow import arrow_schema
from extractor.dataset.dictionary import data_dictionary
from extractor.dataset.export import PLACES, Format, export
from extractor.dataset.kloppy import KIND, MAPPING, kloppy_events
from extractor.dataset.schema import TABLES, Table
from extractor.errors import StorageError
from tests.batch.reports import facts, rebuilt, reports, row, write
from tests.cli.running import EXAMPLE, ROOT, Command
from tests.render.sample import hostile, report

TABULAR: tuple[Format, ...] = ("parquet", "duckdb", "csv")
runs = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def matchreport(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with a row of each kind."""
    written = [
        row(0, report()),
        row(1, outcome="not_a_match", error={"type": "NotAMatchReport", "message": "…", "reason": "preview"}),
        row(2, error={"type": "RateLimited", "message": "HTTP 429", "class": "rate_limited"}),
        row(3, outcome="duplicate", duplicate_of="a0", warnings=["was not UTF-8"]),
        row(4, hostile()[0].report, usage={"requests": 2, "prompt_tokens": 900, "cost_usd": 0.002, "seconds": 1.5}),
    ]
    return write(tmp_path / "run" / "reports.jsonl", written).parent


def read(to: Format, place: Path, table: Table) -> list[dict[str, Any]]:
    """The records of a table as another program would read them."""
    if to == "parquet":
        parquet: Any = pytest.importorskip("pyarrow.parquet")
        return parquet.read_table(place / f"{table.name}.parquet").to_pylist()
    if to == "duckdb":
        duckdb: Any = pytest.importorskip("duckdb")
        with duckdb.connect(place, read_only=True) as database:
            return database.sql(f'SELECT * FROM "{table.name}"').to_arrow_table().to_pylist()
    csv: Any = pytest.importorskip("pyarrow.csv")
    pyarrow: Any = pytest.importorskip("pyarrow")
    types = {field.name: pyarrow.string() if field.type == pyarrow.list_(pyarrow.string()) else field.type for field in arrow_schema(table)}
    convert = csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False)
    found = csv.read_csv(place / f"{table.name}.csv", parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=convert)
    lists = [column.name for column in table.columns if column.kind == "texts"]
    return [{**record, **{name: json.loads(record[name]) for name in lists}} for record in found.to_pylist()]


@runs
@given(made=st.lists(reports, max_size=4))
def test_the_tables_hold_every_fact(tmp_path: Path, made: list[MatchReport]) -> None:
    source = write(tmp_path / "reports.jsonl", (row(number, one, id=one.article.id) for number, one in enumerate(made)))
    tables = {name: table.to_pylist() for name, table in read_tables(source).items()}
    assert rebuilt(tables) == {f"{number:032x}": facts(one) for number, one in enumerate(made)}


@pytest.mark.parametrize("to", TABULAR)
@settings(parent=runs, max_examples=8)
@given(made=st.lists(reports, min_size=2, max_size=12))
def test_every_format_holds_every_fact(tmp_path: Path, to: Format, made: list[MatchReport]) -> None:
    source = write(tmp_path / "reports.jsonl", (row(number, one, id=one.article.id) for number, one in enumerate(made)))
    place = export(source, to)
    tables = {table.name: read(to, place, table) for table in TABLES}
    assert rebuilt(tables) == {f"{number:032x}": facts(one) for number, one in enumerate(made)}


@pytest.mark.parametrize("to", TABULAR)
def test_the_command_writes_one_row_an_article_whatever_its_outcome(matchreport: Command, run: Path, to: Format) -> None:
    done = matchreport("export", run, "--to", to)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"wrote {run / PLACES[to]}\n"
    articles = {record["article_id"]: record for record in read(to, run / PLACES[to], TABLES[0])}
    assert {name: record["outcome"] for name, record in articles.items()} == {
        "a0": "report",
        "a1": "not_a_match",
        "a2": "failed",
        "a3": "duplicate",
        "a4": "report",
    }
    assert articles["a1"]["reason"] == "preview"
    assert (articles["a2"]["error_type"], articles["a2"]["error_class"]) == ("RateLimited", "rate_limited")
    assert (articles["a3"]["duplicate_of"], articles["a3"]["notes"]) == ("a0", ["was not UTF-8"])
    assert (articles["a4"]["prompt_tokens"], articles["a4"]["cost_usd"], articles["a4"]["place"]) == (900, 0.002, "in.jsonl:5")
    export(run, to)
    assert len(read(to, run / PLACES[to], TABLES[0])) == 5
    assert not list(run.rglob("*.part"))


def test_a_batch_can_be_exported(matchreport: Command) -> None:
    assert matchreport("batch", EXAMPLE, "--out", "out").returncode == 0
    folder = matchreport.folder / "out"
    tables = read_tables(folder)
    assert tables["articles"].num_rows == tables["matches"].num_rows == 1
    assert "Gianluca Scamacca" in tables["goals"].column("scorer").to_pylist()
    (made,) = [json.loads(line)["report"] for line in (folder / "reports.jsonl").read_bytes().splitlines()]
    assert list(rebuilt({name: table.to_pylist() for name, table in tables.items()}).values()) == [facts(MatchReport.model_validate(made))]
    (folder / "reports.jsonl").rename(folder / "before.jsonl")
    assert export(folder, "jsonl").read_bytes() == (folder / "before.jsonl").read_bytes()
    article = tables["articles"].to_pylist()[0]
    assert article["strategy"] == "reader"
    assert article["seconds"] is not None


def test_the_rows_go_out_as_they_are(matchreport: Command, run: Path) -> None:
    before = (run / "reports.jsonl").read_bytes()
    assert matchreport("export", run, "--to", "jsonl", "--out", "rows.jsonl").returncode == 0
    assert matchreport("export", run, "--to", "jsonl").returncode == 0
    assert (matchreport.folder / "rows.jsonl").read_bytes() == (run / "reports.jsonl").read_bytes() == before


def test_keys_are_keys(run: Path) -> None:
    tables = {name: table.to_pylist() for name, table in read_tables(run).items()}
    articles = {record["article_key"] for record in tables["articles"]}
    for table in TABLES:
        keys = [tuple(record[column.name] for column in table.columns if column.key) for record in tables[table.name]]
        assert len(set(keys)) == len(keys)
        assert None not in {part for key in keys for part in key}
        assert {key[0] for key in keys} <= articles
    for name in ("evidence", "events"):
        for record in tables[name]:
            same = [one for one in tables[record["table_name"]] if one["article_key"] == record["article_key"]]
            assert record["fact_number"] is None or record["fact_number"] in {one["number"] for one in same}


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars"])
def test_frames_of_three_libraries(run: Path, library: Any) -> None:
    frames = read_tables(str(run), ["goals", "matches"], library)
    assert list(frames) == ["goals", "matches"]
    goals = frames["goals"]
    assert type(goals).__module__.startswith(("pyarrow", "pandas", "polars"))
    assert len(goals) == 4
    scores = goals["home_score_after"]
    assert (scores.to_pylist() if library == "pyarrow" else list(scores))[:3] == [0, 1, 2]
    if library == "pandas":
        assert str(goals["minute"].dtype) == "Int64"


def test_an_empty_run_has_all_tables(tmp_path: Path) -> None:
    source = write(tmp_path / "reports.jsonl", [])
    for to in TABULAR:
        place = export(source, to)
        assert all(read(to, place, table) == [] for table in TABLES)


def test_what_no_column_can_hold_does_not_stop_an_export(tmp_path: Path) -> None:
    made = report().model_dump(mode="json")
    made |= {"attendance": 10**30, "date": "2024-02-31"}
    made["home"]["name"] = made["home"]["aliases"][0] = "half \ud800"
    source = write(tmp_path / "reports.jsonl", [row(0, report(), report=made, id="x\udfff")])
    for to in TABULAR:
        place = export(source, to)
        (match,) = read(to, place, TABLES[1])
        assert (match["attendance"], match["date"], match["home"]) == (None, None, "half \ufffd")
        assert match["home_aliases"] == ["half \ufffd"]
        assert read(to, place, TABLES[0])[0]["article_id"] == "x\ufffd"


SECRET = "Geheim"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id": "a9", "key": "' + SECRET.encode(), "is no JSON"),
        (b'{"id": "a9", "key": "x", "outcome": "Geheim"}', "see outcome"),
        (b'["Geheim"]', "see the record"),
        (b'{"id": "a9", "key": "x", "outcome": "report", "place": "Geheim"}', "has none"),
        (b'{"id": "a9", "key": "x", "outcome": "report", "report": {"home": {"name": "Geheim"}}}', "see report."),
        (b"[" * 100_000, "is no JSON"),
        (b'{"id": "\xff"}', "not UTF-8"),
    ],
)
def test_a_damaged_row_is_named_and_leaves_what_was_there(run: Path, line: bytes, says: str) -> None:
    place = export(run, "parquet")
    before = {file.name: file.read_bytes() for file in place.iterdir()}
    with (run / "reports.jsonl").open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(StorageError) as caught:
        export(run, "parquet")
    told = str(caught.value)
    assert says in told
    assert "reports.jsonl:6" in told or says == "not UTF-8"
    assert SECRET not in told
    assert caught.value.__cause__ is None
    assert {file.name: file.read_bytes() for file in place.iterdir()} == before


def test_places_that_hold_nothing_or_take_nothing(matchreport: Command, run: Path) -> None:
    done = matchreport("export", ".", "--to", "csv")
    assert done.returncode == 1
    assert "no rows there" in done.stderr
    assert not list(matchreport.folder.rglob("*.csv"))
    (matchreport.folder / "file").touch()
    for to in get_args(Format):
        with pytest.raises(StorageError, match=r"can't write to .*file/out"):
            export(run, to, matchreport.folder / "file" / "out")
    with pytest.raises(ConfigurationError, match="no table 'goal'; there are articles, matches"):
        read_tables(run, ["goal"])
    with pytest.raises(ConfigurationError, match="pyarrow, pandas, polars"):
        read_tables(run, library="spark")  # pyright: ignore[reportArgumentType]  wrong on purpose
    with pytest.raises(InputError):
        read_tables(run / "none")


SMALL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from extractor.cli.app import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits")
@pytest.mark.parametrize("to", get_args(Format))
def test_a_full_disk_leaves_what_was_there(run: Path, to: Format) -> None:
    place = export(run, to)
    before = {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    command = [sys.executable, "-c", SMALL_DISK, "2000", "export", str(run), "--to", to]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert f"can't write to {place}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {file: file.read_bytes() for file in run.rglob("*") if file.is_file()} == before
    assert not list(run.rglob("*.part"))


def test_what_a_killed_export_left_is_no_hindrance(run: Path) -> None:
    for name in (".tables.duckdb.part/tables.duckdb", ".tables.duckdb.part/tables.duckdb.wal"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_bytes(b"torn")
    place = export(run, "duckdb")
    assert len(read("duckdb", place, TABLES[0])) == 5
    assert not list(run.rglob("*.part"))


def test_without_the_extra_it_says_what_to_install(matchreport: Command, run: Path) -> None:
    absent = matchreport.folder / "absent"
    absent.mkdir()
    for name in ("pyarrow", "duckdb"):
        (absent / f"{name}.py").write_text(f"raise ModuleNotFoundError('none here', name={name!r})")
    path = os.pathsep.join([str(absent), str(ROOT)])
    for to in TABULAR:
        done = matchreport("export", run, "--to", to, environment={"PYTHONPATH": path})
        assert done.returncode == 1
        assert "pip install 'matchreport[archive]'" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert matchreport("export", run, "--to", "jsonl", "--out", "x", environment={"PYTHONPATH": path}).returncode == 0


def test_the_dictionary_tells_all(matchreport: Command, run: Path) -> None:
    done = matchreport("export", "--dictionary")
    assert (done.returncode, done.stdout) == (0, data_dictionary())
    for table in TABLES:
        part = done.stdout.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        assert [line.split("`")[1] for line in part.splitlines() if line.startswith("| `")] == [column.name for column in table.columns]
        assert all(column.description.endswith((".", ").")) for column in table.columns), table.name
    duckdb: Any = pytest.importorskip("duckdb")
    with duckdb.connect(export(run, "duckdb"), read_only=True) as database:
        comments = dict(database.execute("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'goals'").fetchall())
    assert comments["assist"] == "The team-mate the article credits."


def test_every_event_has_a_name_in_kloppy() -> None:
    """The names as kloppy 3 has them."""
    names = {
        "event_type": {"GENERIC", "SHOT", "SUBSTITUTION", "CARD"},
        "result": {"GOAL", "OFF_TARGET", "POST", "BLOCKED", "SAVED", "OWN_GOAL", None},
        "card_type": {"FIRST_YELLOW", "SECOND_YELLOW", "RED", None},
        "set_piece_type": {"FREE_KICK", "PENALTY", None},
    }
    for field, known in names.items():
        assert {getattr(naming, field) for naming in MAPPING.values()} <= known
    closed = MatchReport.model_json_schema()["$defs"]
    classes = {"goals": "Goal", "missed_penalties": "MissedPenalty", "chances": "Chance", "cards": "Card"}
    for table, kind in KIND.items():
        field = closed[classes[table]]["properties"][kind]
        values = {value for part in field.get("anyOf", [field]) for value in part.get("enum", [None])}
        assert {value for name, value in MAPPING if name == table} == values


@given(made=reports)
@runs
def test_every_event_is_there_and_an_own_goal_is_the_other_sides_shot(made: MatchReport) -> None:
    found = list(kloppy_events(made))
    lists = ("goals", "missed_penalties", "chances", "cards", "substitutions", "disallowed_goals", "injuries")
    assert len(found) == sum(len(getattr(made, name)) for name in lists)
    for event in found:
        if event.table == "goals":
            goal = made.goals[event.index]
            assert (event.team != goal.team) == (goal.kind == "own_goal")
            assert event.naming.success == (goal.kind != "own_goal")
        if event.time is not None and event.time.period == "extra_time" and event.time.minute == 110:
            assert event.period_id == 4


def test_the_queries_in_the_readme_run(run: Path) -> None:
    queries = re.findall(r"```sql\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    statements = [statement for query in queries for statement in query.split(";") if statement.strip()]
    assert len(statements) == 5
    duckdb: Any = pytest.importorskip("duckdb")
    with duckdb.connect(export(run, "duckdb"), read_only=True) as database:
        for statement in statements:
            assert database.execute(statement).fetchall(), statement


def test_a_day_is_a_day(run: Path) -> None:
    assert read_tables(run, ["matches"])["matches"].to_pylist()[0]["date"] == date(2026, 1, 31)
