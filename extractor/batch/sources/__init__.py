"""Archives of many kinds, read record by record: every one an `Item`, an article or why there is none."""
