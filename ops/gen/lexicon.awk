# SPDX-License-Identifier: AGPL-3.0-or-later
# A word list to what lib/redact/lexicon.c reads: '.' or '^' (written with a capital) and the word in
# small letters; words with anything but the letters a to z are left out, as are possessives.
{
    word = $0
    sub(/\r$/, "", word)
    if (word !~ /^[A-Za-z]+$/ || length(word) < 2) next
    print (word ~ /^[A-Z]/ ? "^" : ".") tolower(word)
}
