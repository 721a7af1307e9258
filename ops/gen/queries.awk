# SPDX-License-Identifier: AGPL-3.0-or-later
# Turns sql/queries/*.sql into C: awk -v out=h|c -f ops/gen/queries.awk sql/queries/*.sql
#
#   -- name: letter_find            C's QUERY_letter_find
#   -- purpose: one sentence
#   -- roles: lb_desk lb_press      who runs it
#   -- also: lb_diary               whose grants would let them run it too, if there are any; row security
#                                   still bounds what they get. tests/sql checks that nobody else can
#   -- params: $1 letter_id bigint, $2 state text        or: none
#   -- columns: letter_id bigint, state text             or: none
#   SELECT … ;                      one statement, parameters cast ($1::bigint), the last line ends with ;
#
# A header field goes on over lines that begin with `--` and two spaces or more. Plain comments in the statement are
# left out of the text. Anything wrong: a line on stderr with file and line, and exit 1.

function fail(message) {
    print FILENAME ":" FNR ": " message > "/dev/stderr"
    failed = 1
    exit 1
}

function finish(    i, n, text) {
    if (name == "") return
    if (purpose == "" || roles == "" || params == "" || columns == "")
        fail("query " name ": purpose, roles, params and columns are all needed")
    if (body !~ /;\n$/) fail("query " name ": the statement must end with ;")
    sub(/;\n$/, "", body)
    if (index(body, ";")) fail("query " name ": one statement only")
    n = 0
    while (index(params, "$" (n + 1) " ")) n++
    text = params
    if ((params == "none") != (n == 0) || gsub(/\$[0-9]+ /, "", text) != n)
        fail("query " name ": params must be none, or $1 name type, $2 name type …")
    for (i = 1; i <= n; i++)
        if (body !~ ("[$]" i "::")) fail("query " name ": $" i " is not used, or not cast")
    text = body
    while (match(text, /[$][0-9]+/)) {
        if (substr(text, RSTART + 1, RLENGTH - 1) + 0 > n)
            fail("query " name ": " substr(text, RSTART, RLENGTH) " is not among params")
        if (substr(text, RSTART + RLENGTH, 2) != "::")
            fail("query " name ": " substr(text, RSTART, RLENGTH) " is not cast")
        text = substr(text, RSTART + RLENGTH)
    }
    count++
    names[count] = name
    bodies[count] = body
    counts[count] = n
    role_lists[count] = roles
    name = ""
}

function quote(text,    i, lines, result, line, total) {
    gsub(/\\/, "&&", text)
    gsub(/"/, "\\\"", text)
    total = split(text, lines, "\n")
    result = ""
    for (i = 1; i <= total; i++)
        result = result (i > 1 ? "\n     " : "") "\"" lines[i] (i < total ? "\\n\"" : "\"")
    return result
}

FNR == 1 { finish(); field = "" }

/^-- name: / {
    finish()
    name = substr($0, 10)
    if (name !~ /^[a-z][a-z0-9_]*$/) fail("a query's name is small letters, digits and _")
    if (name in seen) fail("query " name " stands in " seen[name] " too")
    seen[name] = FILENAME
    purpose = roles = params = columns = body = ""
    field = "name"
    next
}
/^-- (purpose|roles|also|params|columns): / && body == "" {
    if (name == "") fail("a header before -- name:")
    field = $2
    sub(/:$/, "", field)
    value = $0
    sub(/^-- [a-z]+: */, "", value)
    if (field == "purpose") purpose = value
    if (field == "roles") roles = value
    if (field == "params") params = value
    if (field == "columns") columns = value
    if (field == "roles" || field == "also")
        for (i = split(value, list, " "); i > 0; i--)
            if (list[i] !~ /^lb_(owner|portal|desk|press|post|diary|report)$/) fail("no such role: " list[i])
    next
}
/^--  / && name != "" && body == "" {
    value = $0
    sub(/^-- */, " ", value)
    if (field == "purpose") purpose = purpose value
    else if (field == "params") params = params value
    else if (field == "columns") columns = columns value
    else fail("nothing to go on with")
    next
}
/^[ \t]*--/ || /^[ \t]*$/ { next }
{
    if (name == "") fail("a statement without -- name:")
    line = $0
    sub(/[ \t]+$/, "", line)
    body = body line "\n"
}

END {
    if (failed) exit 1
    finish()
    print "/* Made from sql/queries by ops/gen/queries.awk. */"
    if (out == "h") {
        print "#ifndef GEN_QUERIES_H\n#define GEN_QUERIES_H\n"
        print "enum query_id {"
        for (i = 1; i <= count; i++) print "    QUERY_" names[i] ","
        print "    QUERY_COUNT\n};\n"
        print "struct query_text {"
        print "    const char *name;"
        print "    const char *text;"
        print "    int parameters;"
        print "    const char *roles; /* separated by spaces */"
        print "};"
        print "extern const struct query_text query_texts[QUERY_COUNT];\n\n#endif"
    } else {
        print "#include \"queries.h\"\n"
        print "const struct query_text query_texts[QUERY_COUNT] = {"
        for (i = 1; i <= count; i++)
            print "    {\"" names[i] "\",\n     " quote(bodies[i]) ",\n     " counts[i] ", \"" role_lists[i] "\"},"
        print "};"
    }
}
