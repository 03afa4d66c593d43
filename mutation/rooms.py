"""Which tests must notice a change to a room: those of the room, and of what stands on it."""

LANGUAGE = ("rules", "grammar", "paces", "values")
ROOMS = {
    "schedule": ("schedule", "amend", "document"),
    "openness": ("openness", "schedule"),
    "stretches": ("schedule", "amend", "recurrence"),
    "dates": ("dates", "recurrence", "schedule", "document"),
    "paces": LANGUAGE,
    "amend": ("amend", "catch_up", "care"),
    "log": ("amend", "schedule", "care", "account"),
    "revision": ("amend", "planfile", "schedule"),
    "events": ("events", "care"),
    "identity": ("identity",),
    "care": ("care", "care_cli", "agenda"),
    "planfile": ("planfile", "care", "golden"),
    "sync": ("sync",),
    "counts": (*LANGUAGE, "dates", "amend"),
    "relative": ("grammar", "amend", "config"),
    "recurrence": ("recurrence", "rules"),
    "model": ("values", "rules", "planfile"),
    "values": (*LANGUAGE, "recurrence", "carewords"),
    "rules": ("rules", "planfile"),
    "contradictions": ("rules", "recurrence"),
    "carewords": ("carewords", "care"),
    "months": ("months", "almanac"),
    "check": ("agenda", "care", "account"),
    "agenda": ("agenda", "care", "account"),
    "grammar": (*LANGUAGE, "carewords"),
    "reading": ("planfile", "care"),
}
"""Room to the names of its test files, the most important rooms first."""
