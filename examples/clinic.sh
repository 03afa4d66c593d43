#!/usr/bin/env bash
# A clinic with a course of its own: a patient's plan is started from it, the patient changes the
# pace on the way, and `check` says where the plan departs from what the clinic wrote down.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

microplan protocols "$here/clinic-course.toml" | sed -n 1,6p

echo "--- a patient who cannot come on Mondays"
microplan new --quiet --format table --protocol "$here/clinic-course.toml" --title "Patient P-004" \
  --start 2027-01-12 --at 10:30 --tz Europe/Berlin --on tue..fri -o p-004.toml -o p-004.ics

echo "--- the patient would rather come every three weeks"
microplan done -p p-004.toml --on 2027-01-12 --as-of 2027-01-12 > /dev/null
microplan revise -p p-004.toml --every 3x3w,3x6w --as-of 2027-01-12
