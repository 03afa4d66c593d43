#!/bin/sh
# Plans the rows of a file on every core: GNU parallel cuts it at line ends and keeps the order.
#   sh batch-parallel.sh rows.ndjson > plans.ndjson
# Each process knows the number of its first line, and all share a file of ids, so that faults are
# those of a single process.
set -eu
rows=${2:-10000}
ids=$(mktemp)
trap 'rm -f "$ids"' EXIT
parallel --will-cite --pipe -N "$rows" --block 16M --keep-order \
  "microplan batch - --quiet --errors - --ids '$ids' \
     --first-line \$(( ({#} - 1) * $rows + 1 )) || test \$? -eq 3" < "$1"
