#!/bin/sh
# Plans the rows of a file on every core: GNU parallel cuts it at line ends and keeps the order.
#   sh batch-parallel.sh rows.ndjson > plans.ndjson
set -eu
parallel --will-cite --pipe-part --arg-file "$1" --block "${2:-4M}" --keep-order \
  'microplan batch - --quiet --errors - || test $? -eq 3'
