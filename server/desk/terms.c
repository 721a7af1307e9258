/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/terms.h"

#include "core/code.h"
#include "core/num.h"

static const char *const kinds[] = {"photos", "cards", "drawings", "gifts", "vouchers"};
static const char *const avoids[] = {"birthday", "order", "removal"};
static const char *const months[] = {"m1", "m2", "m3", "m4",  "m5",  "m6",
                                     "m7", "m8", "m9", "m10", "m11", "m12"};

const char *terms_kind_word(enum terms_kind kind)
{
    return kinds[kind];
}

const char *terms_avoid_word(enum terms_avoid avoid)
{
    return avoids[avoid];
}

/* ---- kept ---- */

static unsigned bits_of(const json_t *list, const char *const *words, size_t count)
{
    unsigned bits = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        for (size_t k = 0; k < count; k++)
            if (str_equal(json_text(json_array_get(list, i)), str_from(words[k]))) bits |= 1u << k;
    return bits;
}

static json_t *words_of(unsigned bits, const char *const *words, size_t count)
{
    json_t *list = json_array();
    for (size_t k = 0; k < count; k++)
        if (bits >> k & 1) json_add(list, json_str(str_from(words[k])));
    return list;
}

/* As they were when the version was made. */
static void read_office_kept(const json_t *sealed, struct terms *terms)
{
    const json_t *office = json_object_get(sealed, "office");
    terms->knows_office = json_is_array(office);
    for (size_t i = 0; i < json_array_size(office) && i < TERMS_OFFICE; i++)
        if (num_parse(json_text(json_array_get(office, i)), 1, INT64_MAX,
                      &terms->office[terms->office_count]))
            terms->office_count++;
}

void terms_of(const struct store_rows *rows, size_t row, const json_t *sealed,
              struct terms *ret_terms)
{
    struct terms terms = {.every = 1, .source = rows_str(rows, row, "source")};
    struct recur rule;
    terms.has_starts = rows_day(rows, row, "starts_on", &terms.starts);
    terms.has_agreed = rows_day(rows, row, "agreed_on", &terms.agreed);
    if (!rows_null(rows, row, "rule") &&
        recur_read(rows_str(rows, row, "rule"), terms.starts, &rule) == RECUR_GOOD) {
        terms.every = rule.every;
        terms.has_until = rule.ends;
        terms.until = rule.until;
    }
    const int64_t *avoid;
    size_t count = rows_ints(rows, row, "avoid_months", &avoid);
    terms.avoid = bits_of(json_object_get(sealed, "avoid"), avoids, TERMS_AVOIDS);
    terms.kinds = bits_of(json_object_get(sealed, "kinds"), kinds, TERMS_KINDS);
    terms.called = arena_str(rows->arena, json_get_str(sealed, "called"));
    const json_t *other = json_object_get(sealed, "avoid_other");
    for (size_t i = 0; i < json_array_size(other); i++)
        terms.avoid_other.bits |=
            (uint16_t)(1u << (json_integer_value(json_array_get(other, i)) & 15));
    /* Entered before there were reasons for them. */
    for (size_t i = 0; !other && i < count; i++)
        terms.avoid_other.bits |= (uint16_t)(1u << (avoid[i] & 15));
    read_office_kept(sealed, &terms);
    *ret_terms = terms;
}

void terms_put_sealed(json_t *sealed, const struct terms *terms)
{
    json_t *other = json_array();
    for (int month = 1; month <= 12; month++)
        if (months_have(terms->avoid_other, month)) json_add(other, json_integer(month));
    json_put(sealed, "kinds", words_of(terms->kinds, kinds, TERMS_KINDS));
    json_put(sealed, "avoid", words_of(terms->avoid, avoids, TERMS_AVOIDS));
    json_put(sealed, "avoid_other", other);
    json_put_str(sealed, "called", terms->called);
    json_t *office = json_array();
    for (size_t i = 0; i < terms->office_count; i++) {
        BUF(id, 24);
        buf_add_int(&id, terms->office[i]);
        json_add(office, json_str(buf_str(&id)));
    }
    json_put(sealed, "office", office);
}

static bool same_day(bool has_a, struct day a, bool has_b, struct day b)
{
    return has_a == has_b && (!has_a || a.number == b.number);
}

bool terms_at_office(const struct terms *terms, int64_t party)
{
    for (size_t i = 0; i < terms->office_count; i++)
        if (terms->office[i] == party) return true;
    return false;
}

bool terms_same_office(const struct terms *a, const struct terms *b)
{
    for (size_t i = 0; i < a->office_count; i++)
        if (!terms_at_office(b, a->office[i])) return false;
    return a->office_count == b->office_count;
}

bool terms_same(const struct terms *a, const struct terms *b)
{
    return a->every == b->every && same_day(a->has_until, a->until, b->has_until, b->until) &&
           a->kinds == b->kinds && a->avoid == b->avoid &&
           a->avoid_other.bits == b->avoid_other.bits && str_equal(a->called, b->called) &&
           terms_same_office(a, b);
}

struct str terms_enclosures(struct request *request, const struct terms *terms, struct str words)
{
    struct str list[TERMS_KINDS + 1];
    size_t count = 0;
    for (size_t k = 0; k < TERMS_KINDS; k++)
        if (terms->kinds >> k & 1)
            list[count++] = request_words(request, "agreement",
                                          arena_print(request->arena, "enclosed-%s", kinds[k]).at);
    struct str all = desk_joined(request, list, count);
    if (!words.len || !count) return words.len ? words : all;
    return arena_print(request->arena, "%.*s (%.*s)", STR_ARG(all), STR_ARG(words));
}

/* ---- typed ---- */

static unsigned read_bits(const struct request *request, const char *field,
                          const char *const *words, size_t count)
{
    unsigned bits = 0;
    struct str value;
    for (size_t at = 0; form_next(&request->form, field, &at, &value);)
        for (size_t k = 0; k < count; k++)
            if (str_equal(value, str_from(words[k]))) bits |= 1u << k;
    return bits;
}

static bool read_date(struct request *request, const char *prefix, struct day *ret_day)
{
    return desk_date_typed(request, prefix) && desk_date(request, prefix, ret_day);
}

static void read_office(const struct request *request, struct terms *terms)
{
    struct str value;
    for (size_t at = 0; form_next(&request->form, "office", &at, &value);)
        if (terms->office_count < TERMS_OFFICE &&
            code_id_get(value, &terms->office[terms->office_count]))
            terms->office_count++;
}

void terms_read(struct request *request, struct terms *ret_terms)
{
    static const char *const sources[] = {"order", "plan", "review", "import"};
    struct terms terms = {.every = 1, .called = form_line(&request->form, "called")};
    if (!form_int(&request->form, "every", 1, RECUR_EVERY_MOST, &terms.every))
        request_problem(request, "every", "every-wrong");
    struct str source = form_get(&request->form, "source");
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (str_equal(source, str_from(sources[i]))) terms.source = source;
    if (terms.source.len == 0) request_problem(request, "source", "source-missing");
    terms.has_until = read_date(request, "until_", &terms.until);
    terms.has_starts = read_date(request, "starts_", &terms.starts);
    terms.has_agreed = read_date(request, "agreed_", &terms.agreed);
    terms.kinds = read_bits(request, "enclosed", kinds, TERMS_KINDS);
    terms.avoid = read_bits(request, "avoid", avoids, TERMS_AVOIDS);
    terms.avoid_other.bits =
        (uint16_t)(read_bits(request, "avoid_month", months, sizeof months / sizeof *months) << 1);
    if (terms.called.len > TERMS_TEXT_BYTES) request_problem(request, "called", "text-too-long");
    read_office(request, &terms);
    *ret_terms = terms;
}

void terms_put(struct request *request, const struct terms *terms)
{
    desk_put_is(request, "every", arena_print(request->arena, "y%d", (int)terms->every));
    desk_put_is(request, "source", terms->source);
    desk_put_value(request, "called", terms->called);
    if (terms->has_until) desk_put_date(request, "until_", terms->until);
    if (terms->has_starts) desk_put_date(request, "starts_", terms->starts);
    if (terms->has_agreed) desk_put_date(request, "agreed_", terms->agreed);
    for (size_t k = 0; k < TERMS_KINDS; k++)
        if (terms->kinds >> k & 1) desk_put_is(request, "enclosed", str_from(kinds[k]));
    for (size_t k = 0; k < TERMS_AVOIDS; k++)
        if (terms->avoid >> k & 1) desk_put_is(request, "avoid", str_from(avoids[k]));
    for (int month = 1; month <= 12; month++)
        if (months_have(terms->avoid_other, month))
            desk_put_is(request, "avoid_month", str_from(months[month - 1]));
}

/* ---- months to avoid ---- */

static void avoid_date(struct months *avoid, bool wanted, struct str date)
{
    struct day day;
    if (wanted && day_get(date, &day)) avoid->bits |= (uint16_t)(1u << day_parts(day).month);
}

struct months terms_avoid_months(const struct terms *terms, const struct desk_child *child)
{
    struct months avoid = terms->avoid_other;
    avoid_date(&avoid, terms->avoid >> TERMS_BIRTHDAY & 1, child->dob);
    avoid_date(&avoid, terms->avoid >> TERMS_ORDER & 1, child->order_date);
    avoid_date(&avoid, terms->avoid >> TERMS_REMOVAL & 1, child->removal_date);
    return avoid;
}
