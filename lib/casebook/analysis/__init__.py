"""The model run for a case: results, and (in later rooms) what lies beyond the point estimate."""
