#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# Builds the browser's files: web/build.sh OUT_FOLDER
#
# The style sheets come from Sass and the npm package govuk-frontend (web/package-lock.json), the scripts are
# copied. Afterwards each file must have the digest that web/assets.sha256 says, and none may fetch anything.
#   web/build.sh OUT --accept   writes the digests anew, after you looked at the pages.
set -eu

web=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: web/build.sh OUT_FOLDER [--accept]}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$web"

# ops/install leaves this key behind; a lock that changed since is installed anew.
key=$(cat package.json package-lock.json | cksum)
stamp=node_modules/.installed-lock
if [ ! -e "$stamp" ] || [ "$(cat "$stamp")" != "$key" ]; then
    echo "web: installing what the lock names (npm ci)"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    printf '%s\n' "$key" >"$stamp"
fi

for sheet in portal desk; do
    # Warnings of the library's own style are not ours to mend.
    node_modules/.bin/sass --style=compressed --no-source-map --no-charset --quiet-deps \
        --pkg-importer=node "$sheet.scss" "$out/$sheet.css"
done
cp common.js upload.js portal.js desk.js icon.svg "$out/"

# No font, picture or page may come from elsewhere. (The library's rules for printed links name bare schemes.)
if sed 's#\^="https\{0,1\}://"#scheme#g; s#http://www.w3.org/2000/svg#svg#g' "$out"/*.css "$out"/*.js "$out"/*.svg |
    grep -oiE '.{0,60}(url\(["a-z/.]|@import|https?://|GDS Transport|crown).{0,60}' | grep -v 'new URL('; then
    echo "web: a built file names an address, a font or a picture (lines above)" >&2
    exit 1
fi

cd "$out"
if [ "${2:-}" = --accept ]; then
    sha256sum common.js desk.css desk.js icon.svg portal.css portal.js upload.js >"$web/assets.sha256"
    echo "web: wrote web/assets.sha256"
elif ! sha256sum --check --quiet --strict "$web/assets.sha256"; then
    echo "web: built files differ from web/assets.sha256; if you meant it: web/build.sh $out --accept" >&2
    exit 1
fi
