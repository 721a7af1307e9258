/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <libpq-fe.h>
#include <string.h>

#include "store/db.h"

/* Object identifiers of pg_type.dat: fixed for ever in PostgreSQL. */
enum oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_INT2_ARRAY = 1005,
    OID_INT4_ARRAY = 1007,
    OID_INT8_ARRAY = 1016,
    OID_VARCHAR = 1043,
    OID_DATE = 1082,
    OID_TIMESTAMPTZ = 1184,
};

enum { DAYS_1970_TO_2000 = 10957 };

/* Where a name was found last, by its address, which is a literal's: a long list asks for the same
 * few names at each row. What is remembered is compared before it is believed. */
static int column_of(const struct store_rows *rows, size_t row, const char *column)
{
    ASSERT(row < rows->count);
    uint8_t *found = &rows->found[(uintptr_t)column % STORE_ROWS_FOUND];
    const char *name = PQfname(rows->result, *found);
    if (name && strcmp(name, column) == 0) return *found;
    int number = PQfnumber(rows->result, column);
    ASSERT(number >= 0);
    if (number <= UINT8_MAX) *found = (uint8_t)number;
    return number;
}

static uint64_t big_endian(const char *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) value = value << 8 | (unsigned char)at[i];
    return value;
}

static int64_t read_int(const char *at, size_t bytes)
{
    uint64_t value = big_endian(at, bytes);
    if (bytes == 2) return (int16_t)value;
    if (bytes == 4) return (int32_t)value;
    ASSERT(bytes == 8);
    return (int64_t)value;
}

bool rows_null(const struct store_rows *rows, size_t row, const char *column)
{
    return PQgetisnull(rows->result, (int)row, column_of(rows, row, column)) == 1;
}

int64_t rows_int(const struct store_rows *rows, size_t row, const char *column)
{
    int number = column_of(rows, row, column);
    Oid type = PQftype(rows->result, number);
    ASSERT(type == OID_INT2 || type == OID_INT4 || type == OID_INT8);
    if (PQgetisnull(rows->result, (int)row, number)) return 0;
    return read_int(PQgetvalue(rows->result, (int)row, number),
                    (size_t)PQgetlength(rows->result, (int)row, number));
}

bool rows_bool(const struct store_rows *rows, size_t row, const char *column)
{
    int number = column_of(rows, row, column);
    ASSERT(PQftype(rows->result, number) == OID_BOOL);
    return !PQgetisnull(rows->result, (int)row, number) &&
           PQgetvalue(rows->result, (int)row, number)[0] != 0;
}

struct str rows_str(const struct store_rows *rows, size_t row, const char *column)
{
    int number = column_of(rows, row, column);
    Oid type = PQftype(rows->result, number);
    ASSERT(type == OID_TEXT || type == OID_BYTEA || type == OID_VARCHAR || type == OID_NAME);
    if (PQgetisnull(rows->result, (int)row, number)) return (struct str){NULL, 0};
    return (struct str){PQgetvalue(rows->result, (int)row, number),
                        (size_t)PQgetlength(rows->result, (int)row, number)};
}

bool rows_raw(const struct store_rows *rows, size_t row, const char *column, void *ret_bytes,
              size_t len)
{
    struct str bytes = rows_str(rows, row, column);
    if (bytes.len != len) return false;
    if (len) memcpy(ret_bytes, bytes.at, len);
    return true;
}

bool rows_day(const struct store_rows *rows, size_t row, const char *column, struct day *ret_day)
{
    int number = column_of(rows, row, column);
    ASSERT(PQftype(rows->result, number) == OID_DATE);
    if (PQgetisnull(rows->result, (int)row, number)) return false;
    int64_t days = read_int(PQgetvalue(rows->result, (int)row, number), 4);
    ret_day->number = (int32_t)days + DAYS_1970_TO_2000;
    return true;
}

bool rows_utc(const struct store_rows *rows, size_t row, const char *column, struct utc *ret_utc)
{
    int number = column_of(rows, row, column);
    ASSERT(PQftype(rows->result, number) == OID_TIMESTAMPTZ);
    if (PQgetisnull(rows->result, (int)row, number)) return false;
    int64_t us = read_int(PQgetvalue(rows->result, (int)row, number), 8);
    ret_utc->us = us + DAYS_1970_TO_2000 * UTC_DAY_US;
    return true;
}

/* Binary arrays: dimensions, flags, type, then per dimension length and lower bound, then each
 * value with its length (PostgreSQL's array_send). */
size_t rows_ints(const struct store_rows *rows, size_t row, const char *column,
                 const int64_t **ret_numbers)
{
    int number = column_of(rows, row, column);
    Oid type = PQftype(rows->result, number);
    ASSERT(type == OID_INT2_ARRAY || type == OID_INT4_ARRAY || type == OID_INT8_ARRAY);
    *ret_numbers = NULL;
    if (PQgetisnull(rows->result, (int)row, number)) return 0;
    const char *at = PQgetvalue(rows->result, (int)row, number);
    if (read_int(at, 4) == 0) return 0;
    ASSERT(read_int(at, 4) == 1);
    size_t count = (size_t)read_int(at + 12, 4);
    int64_t *numbers = ARENA_MANY(rows->arena, count, int64_t);
    at += 20;
    for (size_t i = 0; i < count; i++) {
        int64_t bytes = read_int(at, 4);
        at += 4;
        if (bytes < 0) continue;
        numbers[i] = read_int(at, (size_t)bytes);
        at += bytes;
    }
    *ret_numbers = numbers;
    return count;
}
