# SPDX-License-Identifier: AGPL-3.0-or-later
# Writes docs/http.md to standard output: the words of ops/gen/http-doc.md, then a table for each routes.def.
set -eu
cat ops/gen/http-doc.md
for room in portal desk; do
    file=server/$room/routes.def
    [ -f "$file" ] || continue
    printf '\n## The %s\n\n| method | path | who | form | limit | rate | file |\n| --- | --- | --- | --- | --- | --- | --- |\n' "$room"
    tr '\n' ' ' < "$file" | grep -o 'ROUTE([a-z][^)]*)' | awk -v room="$room" '
        function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
        {
            sub(/^ROUTE\(/, ""); sub(/\)$/, "")
            n = split($0, field, ",")
            if (n != 7) { print "http-doc: a row has " n " fields: " $0 > "/dev/stderr"; exit 1 }
            for (i = 1; i <= n; i++) field[i] = trim(field[i])
            path = substr(field[3], 2, length(field[3]) - 2)
            gsub(/:/, "", path)
            who = field[4] == "NONE" ? "anybody" : tolower(field[4])
            form = field[5] == "NONE" ? "" : field[5] == "PLAIN" ? "form" : "form with files"
            limit = field[6] == "0" ? "" : field[6]
            gsub(/LIMIT_FORM_BYTES/, "256 KiB", limit); gsub(/LIMIT_UPLOAD_BYTES/, "100 MiB", limit)
            gsub(/ \* /, " × ", limit)
            rate = field[7] == "PAGE" ? "" : "sign-in"
            printf "| %s | %s | %s | %s | %s | %s | server/%s/%s.c |\n", field[2], path, who, form, limit, rate, room, field[1]
        }'
done
