"""What people look at: the terminal report and the HTML page, made from an article and its `MatchReport`."""
