#!/bin/sh
# Makes the workbooks of this folder with LibreOffice Calc, which is needed for nothing else:
#   sh make.sh
# Each is the table of patients.txt, typed into a spreadsheet and saved: days and hours are cells of
# their kind, and a title stands above the header.
set -eu
cd "$(dirname "$0")"
typed='Text - txt - csv (StarCalc):59,34,76,1,,1033,false,true,false'
for suffix in xlsx xls ods; do
  soffice --headless --infilter="$typed" --convert-to "$suffix" patients.txt > /dev/null
done
# semicolons and Windows-1252, and UTF-16 with tabs, as "Text CSV" offers them
soffice --headless --infilter="$typed" --convert-to 'csv:Text - txt - csv (StarCalc):59,34,1,1,,1033,false,true' patients.txt > /dev/null
soffice --headless --infilter="$typed" --convert-to 'tsv:Text - txt - csv (StarCalc):9,34,65535,1,,1033,false,true' patients.txt > /dev/null
