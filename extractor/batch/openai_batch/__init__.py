"""OpenAI's Batch API: requests handed in by the ten thousand, answered within a day, at half the price.

    inputs -> items -> the extractor, up to its request -> shard (files) -> batch at the service
    batch that ended -> replies -> the extractor, from its request on -> store -> reports.jsonl

The extractor itself does not know: a desk stands between it and its endpoint, which first takes its requests down and later has the
replies. What a batch has no good reply for is asked as usual.
"""
