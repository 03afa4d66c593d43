#!/usr/bin/env bash
# A clinic's week: the workbook of 200 patients becomes plans, sheets and calendars, two of them do not
# come, and a week later the workbook has ten more rows and five that changed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

plan() {
  microplan batch "$1" --map Name=title --tz Europe/Berlin --duration 30m --location "Room 1" \
    -o 'plans/{id}.toml' -o 'sheets/{id}.html' -o 'calendars/{id}.ics' "${@:2}"
}

plan "$here/clinic-week.xlsx" 2>&1
echo "$(ls plans | wc -l) plans, $(ls sheets | wc -l) sheets, $(ls calendars | wc -l) calendars"

echo "--- Tuesday: two come, two do not"
export MICROPLAN_AS_OF=2026-12-01
microplan day plans/ | sed -n 1,5p
microplan done 1 -p plans/P-001.toml > /dev/null
microplan done 1 -p plans/P-002.toml > /dev/null
microplan skip 1 --no-show -p plans/P-003.toml > /dev/null
microplan skip 1 --no-show -p plans/P-004.toml > /dev/null
microplan day plans/ | sed -n 1,5p

echo "--- a week later: what would become of the new workbook?"
export MICROPLAN_AS_OF=2026-12-08
plan "$here/clinic-week-later.xlsx" --replace --dry-run --quiet --errors errors.ndjson || test $? -eq 3
sed 's/.*Run \(microplan .*\)","line":\([0-9]*\).*/row \2: \1/' errors.ndjson

echo "--- plans in use are revised, then every row fits"
sed -n 's/.*Run \(microplan .*\)","line.*/\1/p' errors.ndjson | while read -r revise; do
  $revise > /dev/null
done
plan "$here/clinic-week-later.xlsx" --replace 2>&1

echo "--- a double booking, found and moved"
microplan check plans/ > found.txt || test $? -eq 6
grep -A 1 P-210.toml found.txt | sed -n "1,2s/ To move it.*//; 1,2p"
microplan move 1 2026-12-16 -p plans/P-210.toml | sed -n 1,1p
microplan check plans/ > found.txt || test $? -eq 6
! grep overlaps found.txt
microplan day 2026-12-16 plans/
