/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/num.h"

bool num_add(size_t a, size_t b, size_t *ret_sum)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) return false;
    *ret_sum = sum;
    return true;
}

bool num_multiply(size_t a, size_t b, size_t *ret_product)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) return false;
    *ret_product = product;
    return true;
}

bool num_parse(struct str text, int64_t min, int64_t max, int64_t *ret_value)
{
    bool negative = text.len > 0 && text.at[0] == '-';
    size_t at = negative ? 1 : 0;
    if (at == text.len || (negative && min >= 0)) return false;
    int64_t value = 0;
    for (; at < text.len; at++) {
        char c = text.at[at];
        if (c < '0' || c > '9') return false;
        int64_t digit = negative ? -(c - '0') : c - '0';
        if (__builtin_mul_overflow(value, (int64_t)10, &value)) return false;
        if (__builtin_add_overflow(value, digit, &value)) return false;
    }
    if (value < min || value > max) return false;
    *ret_value = value;
    return true;
}
