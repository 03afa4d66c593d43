"""Which tests must notice a change to a room: those of the room, and of what stands on it."""

LANGUAGE = ("rules/test_words", "rules/test_grammar", "rules/test_pace", "model/test_values")
ROOMS = {
    "scheduling.schedule": (
        "scheduling/test_schedule",
        "amendments/test_amend",
        "formats/test_json_document",
    ),
    "scheduling.availability": ("scheduling/test_availability", "scheduling/test_schedule"),
    "scheduling.phases": (
        "scheduling/test_schedule",
        "amendments/test_amend",
        "rules/test_recurrence",
    ),
    "model.dates": (
        "model/test_dates",
        "rules/test_recurrence",
        "scheduling/test_schedule",
        "formats/test_json_document",
    ),
    "rules.pace": LANGUAGE,
    "amendments.amend": ("amendments/test_amend", "cli/test_catch_up", "scheduling/test_care"),
    "model.log": (
        "amendments/test_amend",
        "scheduling/test_schedule",
        "scheduling/test_care",
        "amendments/test_report",
    ),
    "rules.revision": (
        "amendments/test_amend",
        "storage/test_plan_file",
        "scheduling/test_schedule",
    ),
    "scheduling.events": ("scheduling/test_events", "scheduling/test_care"),
    "model.ids": ("model/test_ids",),
    "scheduling.care": ("scheduling/test_care", "cli/test_care", "amendments/test_agenda"),
    "storage.plan_file": ("storage/test_plan_file", "scheduling/test_care", "formats/test_golden"),
    "calendars.sync": ("calendars/test_sync",),
    "rules.relative_dates": ("rules/test_grammar", "amendments/test_amend", "storage/test_config"),
    "rules.recurrence": ("rules/test_recurrence", "rules/test_words"),
    "model.plan": ("model/test_values", "rules/test_words", "storage/test_plan_file"),
    "model.values": (*LANGUAGE, "rules/test_recurrence", "rules/test_care_words"),
    "rules.words": ("rules/test_words", "storage/test_plan_file"),
    "rules.validation": ("rules/test_words", "rules/test_recurrence"),
    "rules.care_words": ("rules/test_care_words", "scheduling/test_care"),
    "formats.months": ("formats/test_months", "formats/test_month_grid"),
    "amendments.check": (
        "amendments/test_agenda",
        "scheduling/test_care",
        "amendments/test_report",
    ),
    "amendments.agenda": (
        "amendments/test_agenda",
        "scheduling/test_care",
        "amendments/test_report",
    ),
    "rules.grammar": (*LANGUAGE, "rules/test_care_words"),
    "storage.plan_reader": ("storage/test_plan_file", "scheduling/test_care"),
}
"""Room to the names of its test files, the most important rooms first."""
