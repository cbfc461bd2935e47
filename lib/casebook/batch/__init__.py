"""Building the reports of many cases: what is stale, workers, publishing, the account at the end."""
