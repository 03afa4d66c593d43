"""What a hostile file or text may do to microplan, looked for by a fuzzer: nothing.

`make fuzz` lets every target of `targets.TARGETS` run for a while, guided by coverage. Seeds stand
in `corpus/`, what a run found on its way in `.fuzz/`, from where the next run goes on. The tests
run the seeds without a fuzzer. Findings become a seed and a test before they are fixed.
"""
