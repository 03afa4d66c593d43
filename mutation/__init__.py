"""Changes to the core that some test must notice (``docs/development/mutants.md``)."""
