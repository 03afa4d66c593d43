#!/usr/bin/env bash
# Plans in a shell pipeline: three people, the week's appointments of all of them, the longest gap,
# and a plan that goes from one command to the next without ever being a file.
set -euo pipefail

new() { microplan new --quiet --tz Europe/Paris "$@"; }

new --title Anna --start 2026-12-01 --every 6x4w --at 18:00 --format toml > anna.toml
new --title Bruno --start 2026-12-03 --every 12x1w --at 09:30 --format toml > bruno.toml
new --title Chloe --start 2026-12-02 --every 4x2w --at 12:00 --format toml > chloe.toml

echo "--- the first week of December, by day and hour"
for plan in anna bruno chloe; do
  microplan show --quiet -p "$plan.toml" --format ndjson
done | grep --only-matching '"start": "2026-12-0[1-6][^"]*"\|"title": "[^"]*"' |
  awk -F'"' '/title/ { title = $4 } /start/ { print $4, title }' | sort

echo "--- who is next?"
microplan next -p anna.toml -p bruno.toml -p chloe.toml --as-of 2026-12-02 \
  --line '{title} {date} {time}'

echo "--- the longest gap in days, closed days included"
new --start 2026-12-01 --every 6x4w --avoid 2026-12-24..2027-01-10 |
  cut -f 11 | tail -n +3 | sort -n | tail -n 1

echo "--- a plan in a pipe: drawn up, amended, shown"
new --start 2026-12-01 --every 4x2w --format toml |
  microplan avoid -p - 2026-12-15 --reason "trade fair" 2> /dev/null |
  microplan show -p - --quiet | cut -f 1,5,12
