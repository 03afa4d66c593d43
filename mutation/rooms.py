"""Which tests must notice a change to a room: those of the room, and of what stands on it."""

LANGUAGE = ("rules", "grammar", "paces", "values")
ROOMS = {
    "scheduling.schedule": ("schedule", "amend", "document"),
    "scheduling.availability": ("openness", "schedule"),
    "scheduling.phases": ("schedule", "amend", "recurrence"),
    "model.dates": ("dates", "recurrence", "schedule", "document"),
    "rules.pace": LANGUAGE,
    "amendments.amend": ("amend", "catch_up", "care"),
    "model.log": ("amend", "schedule", "care", "account"),
    "rules.revision": ("amend", "planfile", "schedule"),
    "scheduling.events": ("events", "care"),
    "model.ids": ("identity",),
    "scheduling.care": ("care", "care_cli", "agenda"),
    "storage.plan_file": ("planfile", "care", "golden"),
    "calendars.sync": ("sync",),
    "rules.counts": (*LANGUAGE, "dates", "amend"),
    "rules.relative_dates": ("grammar", "amend", "config"),
    "rules.recurrence": ("recurrence", "rules"),
    "model.plan": ("values", "rules", "planfile"),
    "model.values": (*LANGUAGE, "recurrence", "carewords"),
    "rules.words": ("rules", "planfile"),
    "rules.validation": ("rules", "recurrence"),
    "rules.care_words": ("carewords", "care"),
    "formats.months": ("months", "almanac"),
    "amendments.check": ("agenda", "care", "account"),
    "amendments.agenda": ("agenda", "care", "account"),
    "rules.grammar": (*LANGUAGE, "carewords"),
    "storage.plan_reader": ("planfile", "care"),
}
"""Room to the names of its test files, the most important rooms first."""
