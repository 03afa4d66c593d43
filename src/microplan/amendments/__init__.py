"""Records what happens to a plan, reports its state, and describes what an amendment changed."""
