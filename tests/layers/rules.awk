# The rules of tests/layers/check. Arguments: the table, the exceptions, then every source file.
# LC_ALL=C: bytes; a column is a byte that does not continue a UTF-8 character.

function report(rule, line, text)
{
    used[rule, file] = 1
    if (!((rule, file) in excepted))
        printf "%s:%d: [%s] %s\n", file, line, rule, text
}

# The room a path is in: the longest folder of the table that it begins with.
function room_of(path,    name, best)
{
    best = ""
    for (name in rooms)
        if (index(path, name "/") == 1 && length(name) > length(best))
            best = name
    return best
}

# Whether a path is a place of the table: a folder ending in "/", a file, or a pattern with "*".
function is_at(path, place,    pattern)
{
    if (place ~ /\/$/)
        return index(path, place) == 1
    pattern = place
    gsub(/\./, "\\.", pattern)
    gsub(/\*/, "[^/]*", pattern)
    return path ~ ("^" pattern "$")
}

function check_ours(target,    to)
{
    if (target !~ /\//) {
        report("include", FNR, "\"" target "\" is not written from the root of the repository")
        return
    }
    to = room_of(target)
    if (to == "")
        report("include", FNR, "\"" target "\" is in no room of the table")
    else if (to != room && index(rooms[room], " " to " ") == 0)
        report("include", FNR, room " may not include " target)
}

function check_external(target,    header, places, count, i, allowed)
{
    for (header in homes) {
        if (index(target, header) != 1)
            continue
        count = split(homes[header], places, " ")
        allowed = 0
        for (i = 1; i <= count; i++)
            allowed = allowed || is_at(FILENAME, places[i])
        if (!allowed)
            report("home", FNR, "<" target "> belongs to " homes[header])
    }
}

# What has to be said of a file as a whole once its last line is read.
function finish()
{
    if (file == "" || file ~ /\/(table|exceptions)$/)
        return
    if (lines > 500)
        report("file-size", lines, lines " lines; 500 is the most")
    if (file ~ /\.h$/ && !guarded)
        report("header", 1, "no #pragma once")
}

FNR == 1 {
    finish()
    file = FILENAME
    room = room_of(FILENAME)
    guarded = body = 0
}
{ lines = FNR }

FILENAME ~ /\/layers\/table$/ {
    if ($1 == "room" || $1 == "home") {
        rest = " "
        for (i = 3; i <= NF; i++)
            rest = rest $i " "
        if ($1 == "room")
            rooms[$2] = rest
        else
            homes[$2] = rest
    }
    next
}
FILENAME ~ /\/layers\/exceptions$/ {
    if ($0 !~ /^#/ && NF > 0) {
        if (NF < 3)
            printf "%s:%d: [exceptions] an exception needs a reason\n", FILENAME, FNR
        excepted[$1, $2] = FNR
    }
    next
}

FNR == 1 && FILENAME ~ /\.h$/ && !/^\/\*/ {
    report("header", 1, "a header begins with a comment that says what it is for")
}
/^#pragma once/ { guarded = 1 }
FNR == 1 && room == "" { report("include", 1, "the file is in no room of the table") }
/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, part, "\"")
    check_ours(part[2])
}
/^[ \t]*#[ \t]*include[ \t]*</ {
    split($0, part, /[<>]/)
    check_external(part[2])
}
{
    shown = $0
    gsub(/[\200-\277]/, "", shown)
    if (length(shown) > 100)
        report("columns", FNR, length(shown) " columns; 100 is the most")
}
# Linux braces: a function's body stands between braces of its own in the first column.
/^\{/ { body = FNR }
/^\}/ {
    if (body > 0 && FNR - body - 1 > 60)
        report("function-size", body, (FNR - body - 1) " lines; 60 is the most")
    body = 0
}
# RFC 3416, section 3: a SetRequest-PDU is [3] IMPLICIT, 0xA3 on the wire. The simulator is on the
# other side and has to know one.
/SNMP_MSG_SET|0[xX][aA]3([^0-9a-fA-F]|$)/ && FILENAME ~ /^(core\/|proto\/|bench\/[^\/]*$)/ {
    report("no-set", FNR, "an SNMP SET; Platen only reads")
}
# Whatever arrives on these is printed: line printer daemon and raw port. In code, not in comments
# or texts.
FILENAME !~ /^tests\// {
    code = $0
    sub(/\/\/.*/, "", code)
    gsub(/\/\*[^*]*\*\//, "", code)
    gsub(/"[^"]*"/, "", code)
    if (code !~ /^[ \t]*\/?\*/ && code ~ /(^|[^0-9A-Za-z_.])(515|9100)([^0-9A-Za-z_.]|$)/)
        report("print-port", FNR, "a port that prints what it is sent")
    if (code ~ /SOCK_STREAM|uv_tcp_(init|connect)/ && FILENAME !~ /^(uplink\/link|core\/serve\/|core\/app\/)/)
        report("stream", FNR, "a TCP connection outside uplink/link*, core/serve and core/app")
}
END {
    finish()
    for (key in excepted)
        if (!(key in used)) {
            split(key, part, SUBSEP)
            printf "tests/layers/exceptions:%d: [exceptions] %s has no %s to except any more\n",
                excepted[key], part[2], part[1]
        }
}
