"""The command `batch`: its table, its outputs, and its reports."""
