"""From signals to probabilities."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractor.assemble.compose import assemble_judged
from extractor.assemble.confidence import Scale, confidences, load_calibration, read_calibration
from extractor.assemble.signals import Judged
from extractor.confidence import fact_paths
from tests.assemble.test_compose import FINAL, GOALS, reading

SIGNALS = st.dictionaries(st.sampled_from("abc"), st.floats(-4, 4))
SCALES = st.builds(Scale, st.floats(-6, 6), st.dictionaries(st.sampled_from("abc"), st.floats(0, 10)))


@given(SCALES, SIGNALS, st.sampled_from("abc"), st.floats(0, 8))
def test_more_of_a_signal_never_makes_a_fact_less_sure(scale: Scale, signals: dict[str, float], name: str, more: float) -> None:
    before, after = scale.probability(signals), scale.probability({**signals, name: signals.get(name, 0.0) + more})
    assert 0 <= before <= after <= 1


def test_the_calibration_that_comes_with_the_package_is_monotone_and_knows_the_usual_groups() -> None:
    calibration = load_calibration()
    usual = "team score goals assist time chances cards substitutions absences players started"
    assert set(usual.split()) <= set(calibration)
    assert all(weight >= 0 for scale in calibration.values() for weight in scale.weights.values())


def test_an_attribute_is_never_surer_than_its_entry_and_a_group_without_a_fit_is_as_it_was_judged() -> None:
    judged = {
        "goals.0": Judged("goals", {"a": 1.0}, 0.4),
        "goals.0.time": Judged("time", {"b": 4.0}, 0.4, "goals.0"),
        "leg": Judged("leg", {}, 0.9),
    }
    calibration = read_calibration('{"goals": {"base": -1.0, "weights": {"a": 1.0}}, "time": {"base": 0.0, "weights": {}}}')
    assert confidences(judged, calibration) == {"goals.0": 0.5, "goals.0.time": 0.25, "leg": 0.9}


def test_every_fact_of_a_report_is_judged() -> None:
    made = assemble_judged([FINAL, *GOALS], reading())
    assert list(made.judged) == list(fact_paths(made.report))
    assert all(fact.given is None or fact.given in made.judged for fact in made.judged.values())
    assert all(0 <= fact.raw <= 1 for fact in made.judged.values())


def test_more_tellings_and_surer_claims_are_more_of_a_signal() -> None:
    once = assemble_judged([FINAL, *GOALS], reading()).judged["goals.1"].signals
    twice = assemble_judged([FINAL, *GOALS[:2], GOALS[1], GOALS[2]], reading()).judged["goals.1"].signals
    assert twice["tellings"] > once["tellings"]
    assert twice["path"] >= once["path"]
