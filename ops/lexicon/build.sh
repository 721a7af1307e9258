#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# Writes the redactor's words on standard output (build.mjs says how), from the packages that the
# lock names.
set -eu
cd "$(dirname "$0")"

# ops/install leaves this key behind; a lock that changed since is installed anew.
key=$(cat package.json package-lock.json | cksum)
stamp=node_modules/.installed-lock
if [ ! -e "$stamp" ] || [ "$(cat "$stamp")" != "$key" ]; then
    echo "lexicon: installing what the lock names (npm ci)" >&2
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    printf '%s\n' "$key" >"$stamp"
fi
exec node build.mjs "$@"
