"""The sessions of one or several days over many plans, in each of their formats."""
