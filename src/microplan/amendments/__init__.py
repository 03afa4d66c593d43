"""What may be recorded about a plan, how it stands, and what an amendment changed."""
