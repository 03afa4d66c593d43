#!/bin/sh
# Three months of a plan at home, by commands alone, ending in a page for the dermatologist.
# Each line carries the day it was typed on: `--as-of`, or microplan's own variable for it.
set -eu
cd "$(mktemp -d)"
export MICROPLAN_PLAN=home.toml SOURCE_DATE_EPOCH=1793484000 COLUMNS=80
on() { day=$1; shift; MICROPLAN_AS_OF=$day microplan "$@"; }

on 2026-09-01 new --title "Scalp at home" --start 2026-09-06 --every 13x1w --on sun --at 20:00 \
  --tz Europe/Paris --setting home --depth 0.25mm --pause "minoxidil=-0d+1d" \
  --use "minoxidil=5 % lotion, twice daily" --checkpoint "photos=every 4w" -q -f tsv -o home.toml >/dev/null

# Stands for a photo: the smallest PNG there is.
picture() { printf '%s' "$1" | base64 -d > "$2"; }
PIXEL=iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==

picture "$PIXEL" crown-1.png
on 2026-09-06 photo add crown-1.png --view crown
on 2026-09-06 done 1 --depth 0.25mm --device "roller, 192 needles" --reaction "red until Monday"
on 2026-09-15 done 2 --reaction "red until Wednesday, some itching"
on 2026-09-27 done 3
on 2026-10-05 skip 4 --note "a cold"
on 2026-10-11 done 5
on 2026-10-12 avoid 2026-10-17..2026-10-26 --reason holiday
on 2026-11-29 done 6..10 --depth 0.25mm
picture "$PIXEL" crown-2.png
printf '\n' >> crown-2.png
on 2026-11-29 photo add crown-2.png --view crown
on 2026-11-29 photo list
on 2026-11-29 check || true
on 2026-11-29 report -q --question "Is redness for three days normal?" -o report.html
grep -c "<figure>" report.html
