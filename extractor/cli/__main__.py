"""`python -m extractor.cli` is `matchreport`."""

from extractor.cli.app import main

main()
