"""Make `extractor/dutch/data/first_names.txt`: given names of many languages, out of faker (MIT).

    python -m evals.training.lexicon

Names that are already in the file stay, so that names added by hand are not lost.
"""

from __future__ import annotations

import importlib
import re

from evals.training.fit import DATA

_LOCALES = (
    "nl_NL nl_BE de_DE de_AT fr_FR fr_BE es_ES es_AR es_CO pt_BR pt_PT it_IT en_GB en_US en_IE da_DK no_NO sv_SE fi_FI is_IS pl_PL "
    "cs_CZ sk_SK sl_SI hr_HR hu_HU ro_RO tr_TR az_AZ ha_NG yo_NG tw_GH zu_ZA ig_NG et_EE lt_LT lv_LV id_ID"
).split()
_LATIN_NAME = re.compile(r"[A-ZÀ-ÞŠŽČĆŁŚŻİ][^\W\d_]+(?:-[A-ZÀ-Þ][^\W\d_]+)?")


def main() -> None:
    """Write the list."""
    path = DATA / "first_names.txt"
    names = set(path.read_text(encoding="utf-8").split("\n")) if path.exists() else set[str]()
    for locale in _LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in ("first_names", "first_names_male", "first_names_female"):
            names.update(getattr(provider, attribute, ()))
    kept = sorted(name for name in names if _LATIN_NAME.fullmatch(name))
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    print(f"{len(kept)} names")


if __name__ == "__main__":
    main()
