#!/usr/bin/env bash
# A plan at home, Sundays at eight in the evening, and what becomes of it: one session is late, a
# vacation comes, and the calendar gets the new days.
set -euo pipefail

export MICROPLAN_PLAN=at-home.toml

microplan new --quiet --format table --start 2026-11-29 --every 12x1w --on sun --at 20:00 \
  --tz Europe/Berlin --setting home --device roller --depth 0.25mm --remind 2h --discreet \
  --pause minoxidil=-0d+1d --checkpoint "photos=every 4w" -o at-home.toml

echo "--- Sunday was missed, Tuesday was not"
microplan done 1 --on 2026-11-29 --as-of 2026-11-29
microplan done --as-of 2026-12-08 --on 2026-12-08

echo "--- away over the holidays"
microplan avoid 2026-12-24..2027-01-06 --reason vacation --as-of 2026-12-08

echo "--- for the phone: one file, and events that keep their names when it is written again"
microplan export --quiet -o at-home.ics
grep --count BEGIN:VEVENT at-home.ics
