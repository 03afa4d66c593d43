"""Day sheets: the sessions of one or more days across many plans, in several formats."""
