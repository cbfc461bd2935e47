"""The formulas: plain functions, one line of the report each, wired by their parameters' names."""
