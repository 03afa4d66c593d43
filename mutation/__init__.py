"""Changes to the core that some test must notice (``docs/mutants.md``)."""
