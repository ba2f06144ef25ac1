"""The Dutch reader: finds in an article who, which teams, what scores and when, and claims what happened."""
