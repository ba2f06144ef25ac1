"""What the commands `eval`, `compare`, `label` and `fixtures check` do; `extractor.cli.evals` has their options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from evals.article_marks import check_marks
from evals.comparison import Comparison, compare_runs
from evals.fixtures import digests, fixtures_folder, pin, pinned
from evals.gate import breaches, floors_file, moved, read_floors, write_floors
from evals.output import SUFFIXES, print_comparison, print_scores, write_scores
from evals.phrase_corpus import check_phrases
from evals.run import Plan, Reading, Run, default_folder, evaluate, read_run
from evals.validate import check_file, check_folder
from extractor import InputError

DONE, FAILED, BELOW_FLOOR = 0, 1, 100


@dataclass(frozen=True, slots=True)
class Gating:
    """What to do about floors: check them, raise them to what was measured, or set them even where that lowers them."""

    check: bool = False
    raise_floor: bool = False
    lower_floor: bool = False


@dataclass(frozen=True)
class Evaluation:
    """The options of `matchreport eval`, but for the model's."""

    split: str = "dev"
    fixtures: Path | None = None
    out: Path | None = None
    limit: int | None = None
    repeat: int = 1
    jobs: int = 4
    baseline: Path | None = None
    outputs: tuple[Path, ...] = ()
    gating: Gating = Gating()


def evaluation(extractor: Reading, options: Evaluation) -> int:
    """Run, show, write, compare with a baseline, hold against the floors. The exit code."""
    for path in options.outputs:
        if path.suffix not in SUFFIXES:
            raise InputError(f"{path}: scores are written to {', '.join(SUFFIXES)}")
    folder = fixtures_folder(options.fixtures)
    baseline = read_run(options.baseline) if options.baseline else None
    out = options.out or default_folder(extractor, options.split, folder)
    plan = Plan(folder, options.split, out, options.limit, options.repeat, options.jobs)
    errors = Console(stderr=True)
    with _bar(errors) as progress:
        task = progress.add_task(f"{extractor.strategy} on {options.split}", total=None)
        run = evaluate(extractor, plan, lambda done, size: progress.update(task, completed=done, total=size))
    console = Console()
    print_scores(run, console)
    comparison = compare_runs(baseline, run) if baseline else None
    if comparison:
        print_comparison(comparison, console)
    _write(run, folder, comparison, options.outputs)
    errors.print(f"the run is in {out}; look at {out / 'page.html'}", markup=False, highlight=False, soft_wrap=True)
    return _gate(run, folder, options.gating, errors)


def _write(run: Run, folder: Path, comparison: Comparison | None, outputs: tuple[Path, ...]) -> None:
    for path in (run.out / "page.html", *outputs):
        write_scores(run, path, comparison, folder)


def _gate(run: Run, folder: Path, gating: Gating, errors: Console) -> int:
    path = floors_file(folder)
    floors = read_floors(path)
    if gating.raise_floor or gating.lower_floor:
        floors = moved(run.manifest, run.scores, floors, lower=gating.lower_floor)
        write_floors(path, floors)
        errors.print(f"wrote the floors in {path}", markup=False, soft_wrap=True)
    if not gating.check:
        return DONE
    found = breaches(run.manifest, run.scores, floors)
    for breach in found:
        errors.print(f"matchreport: below the floor: {breach}", markup=False, highlight=False, soft_wrap=True)
    if found:
        errors.print("matchreport: if that is meant, lower the floor with --gate --lower-floor", markup=False, soft_wrap=True)
        return BELOW_FLOOR
    errors.print("all scores are at or above their floors", markup=False)
    return DONE


def comparing(first: Path, second: Path, output: Path | None = None) -> int:
    """`matchreport compare A B`: two finished runs. The exit code."""
    runs = read_run(first), read_run(second)
    comparison = compare_runs(*runs)
    print_comparison(comparison, Console())
    if output is not None:
        write_scores(runs[1], output, comparison)
    return DONE


def checking(folder: Path, *, pin_digests: bool = False) -> int:
    """`matchreport fixtures check DIR`: says what is wrong with labels. The exit code."""
    if not folder.exists():
        raise InputError(f"there is no folder {folder}")
    problems = check_file(folder) if folder.is_file() else check_folder(folder)
    if folder.is_dir() and not any(problem.severity == "error" for problem in problems):
        # Marks and wording are held against labels that are as they should be.
        problems += [*check_marks(folder), *check_phrases(folder)]
    console = Console(soft_wrap=True)
    for problem in problems:
        console.print(str(problem), markup=False, highlight=False)
    errors = sum(problem.severity == "error" for problem in problems)
    labels = 1 if folder.is_file() else sum(1 for _ in folder.rglob("*.json"))
    console.print(f"{labels} labels, {errors} errors, {len(problems) - errors} warnings", markup=False, highlight=False)
    if pin_digests:
        pin(folder)
    expected = pinned(folder) if folder.is_dir() else {}
    changed = [name for name, value in (digests(folder) if expected else {}).items() if expected.get(name) != value]
    if changed:
        console.print(f"changed since they were pinned: {', '.join(changed)}; pin them with --pin", markup=False, highlight=False)
    return FAILED if errors or changed else DONE


def _bar(console: Console) -> Progress:
    """Progress on standard error; nothing where that is no terminal."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)
