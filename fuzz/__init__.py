"""Fuzzes microplan with hostile files and texts.

`make fuzz` runs every target in `targets.TARGETS` for a while, guided by coverage. Seeds are in
`corpus/`; inputs that a run finds go to `.fuzz/`, where the next run continues. The tests run the
seeds without a fuzzer. A finding becomes a seed and a test before it's fixed.
"""
