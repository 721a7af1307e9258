# SPDX-License-Identifier: AGPL-3.0-or-later
# Writes a C file that holds the given files as bytes: embed.sh TABLE ROOT FILE...
# The table is `const struct embedded_file TABLE[]`, in the order given, ended by a NULL name; names
# are paths below ROOT.
set -eu
table=$1
root=$2
shift 2
cat <<END
/* made by ops/gen/embed.sh */
#include "core/embed.h"

END
number=0
for file in "$@"; do
    printf '__asm__(".section .rodata\\n.balign 64\\n%s_%d: .incbin \\"%s\\"\\n%s_%d_end: .byte 0\\n.previous");\n' \
        "$table" "$number" "$file" "$table" "$number"
    printf 'extern const char %s_%d[], %s_%d_end[];\n' "$table" "$number" "$table" "$number"
    number=$((number + 1))
done
printf 'const struct embedded_file %s[] = {\n' "$table"
number=0
for file in "$@"; do
    printf '    {"%s", %s_%d, %s_%d_end},\n' "${file#"$root"/}" "$table" "$number" "$table" "$number"
    number=$((number + 1))
done
printf '    {0, 0, 0},\n};\n'
