/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/demo_people.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---- dice ------------------------------------------------------------------------------------ */

/* SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine. */
struct dice {
    uint64_t state;
};

static uint64_t roll(struct dice *dice)
{
    uint64_t z = dice->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static unsigned below(struct dice *dice, size_t bound)
{
    return (unsigned)(roll(dice) % bound);
}

static bool chance(struct dice *dice, unsigned in_thousand)
{
    return below(dice, 1000) < in_thousand;
}

#define PICK(dice, list) ((list)[below((dice), COUNT(list))])

/* ---- words ----------------------------------------------------------------------------------- */

static const char *const women[] = {
    "Amanda", "Angela", "Beth",   "Chloe",  "Claire",  "Danielle", "Donna",  "Ellie",   "Emma",
    "Farah",  "Fiona",  "Gemma",  "Grace",  "Hannah",  "Helen",    "Imani",  "Jade",    "Janet",
    "Jean",   "Jess",   "Joanne", "Karen",  "Katie",   "Kayla",    "Kelly",  "Kerry",   "Laura",
    "Leanne", "Linda",  "Lucy",   "Maria",  "Meera",   "Michelle", "Naomi",  "Natalie", "Nicola",
    "Olga",   "Paula",  "Priya",  "Rachel", "Rebecca", "Ruth",     "Sadie",  "Sally",   "Samira",
    "Sharon", "Shauna", "Sian",   "Stacey", "Sue",     "Tanya",    "Tracey", "Vicky",   "Zoe",
};
static const char *const men[] = {
    "Aaron", "Adam",   "Andrew", "Anil",  "Ben",  "Brian", "Callum", "Chris", "Colin",  "Craig",
    "Dan",   "Darren", "Dave",   "Derek", "Ewan", "Femi",  "Gary",   "Gavin", "George", "Graham",
    "Greg",  "Hamish", "Ian",    "Imran", "Jack", "Jamie", "Jason",  "Joe",   "John",   "Karl",
    "Kevin", "Kyle",   "Lee",    "Liam",  "Luke", "Mark",  "Matt",   "Mike",  "Neil",   "Nick",
    "Owen",  "Paul",   "Pete",   "Rob",   "Ryan", "Sam",   "Sean",   "Simon", "Steve",  "Tom",
};
static const char *const girls[] = {
    "Amelia", "Ava",    "Bella", "Daisy", "Ella", "Elsie",  "Erin", "Esme",   "Eva",    "Evie",
    "Freya",  "Gracie", "Holly", "Isla",  "Ivy",  "Kiera",  "Lily", "Lola",   "Maisie", "Mia",
    "Molly",  "Niamh",  "Poppy", "Ruby",  "Skye", "Summer", "Tia",  "Willow",
};
static const char *const boys[] = {
    "Alfie",  "Archie",  "Billy",  "Charlie", "Connor", "Dylan", "Ethan",
    "Finley", "Freddie", "Harvey", "Jayden",  "Jake",   "Kai",   "Kian",
    "Leo",    "Lewis",   "Logan",  "Mason",   "Noah",   "Ollie", "Oscar",
    "Reece",  "Riley",   "Ronnie", "Toby",    "Tyler",  "Zac",   "Zane",
};
static const char *const surnames[] = {
    "Adeyemi",      "Ahmed",      "Ainsworth",  "Allsop",      "Appleyard", "Ashdown",
    "Barraclough",  "Baxter",     "Beaumont",   "Birtwistle",  "Blackwood", "Bowden",
    "Bradshaw",     "Brierley",   "Buckley",    "Butterworth", "Calder",    "Carmichael",
    "Cartwright",   "Chadwick",   "Clegg",      "Cooper",      "Coates",    "Crabtree",
    "Cunliffe",     "Dawson",     "Denby",      "Dixon",       "Dobson",    "Driscoll",
    "Duckworth",    "Eastwood",   "Eccles",     "Entwistle",   "Fairhurst", "Fielding",
    "Flanagan",     "Fletcher",   "Galloway",   "Garside",     "Gledhill",  "Greenhalgh",
    "Hardcastle",   "Hargreaves", "Haworth",    "Hepworth",    "Heyes",     "Hindle",
    "Holroyd",      "Hussain",    "Ibbotson",   "Illingworth", "Jagger",    "Jessop",
    "Kaur",         "Kenyon",     "Kershaw",    "Lockwood",    "Lomax",     "Longbottom",
    "Lumb",         "Mahmood",    "Marsden",    "Mellor",      "Metcalfe",  "Midgley",
    "Moorhouse",    "Mwangi",     "Naylor",     "Nowak",       "Nuttall",   "Oakley",
    "Oldroyd",      "Ormerod",    "Osei",       "Parkinson",   "Patel",     "Pemberton",
    "Pickles",      "Priestley",  "Quigley",    "Radcliffe",   "Rawson",    "Redfearn",
    "Rhodes",       "Rigby",      "Rothwell",   "Royle",       "Rushworth", "Saunders",
    "Schofield",    "Shah",       "Shackleton", "Silva",       "Sugden",    "Sutcliffe",
    "Sykes",        "Tattersall", "Thackray",   "Thwaite",     "Turnbull",  "Unsworth",
    "Varley",       "Wadsworth",  "Walmsley",   "Warburton",   "Whitaker",  "Whiteley",
    "Wolstenholme", "Wrigley",    "Yeadon",
};
static const char *const streets[] = {
    "Larkspur Avenue", "Tannery Row",    "Mill Lane",         "Chapel Street", "Bramble Close",
    "Quarry Road",     "Station Road",   "Orchard Way",       "Weavers Court", "Beacon Hill Road",
    "Spindle Street",  "Foundry Lane",   "Hazel Grove",       "Canal Bank",    "Rowan Drive",
    "Priory Gardens",  "Ferry Road",     "Sycamore Mount",    "Kiln Lane",     "Market Place",
    "Heron Close",     "Linden Terrace", "Moorside Crescent", "Fell View",     "Thornfield Road",
};
static const char *const towns[] = {
    "Harrowmere",     "Thistlewick",     "Oxenbridge", "Calderstow",    "Marlby",
    "Wetherscombe",   "Pendlewick",      "Ashgarth",   "Brindlethorpe", "Skelfield",
    "Otterbeck Vale", "Lowmoor",         "Netherwell", "Saltholme",     "Farrowby",
    "Kettlebeck",     "Staincliffe Bay", "Dunmarsh",   "Heckmoor",      "Ravensley",
};
/* Districts that there are not: the areas end before these numbers. */
static const char *const districts[] = {"HX17", "HD14", "LA38", "CA46", "DL34", "TF21", "SY44",
                                        "HR17", "TQ31", "YO73", "WF31", "HG11", "LN24", "DN63"};
static const char *const domains[] = {"mailbox.example", "homepost.example", "inbox.example",
                                      "lettermail.example", "webmail.example"};
static const char *const schools[] = {
    "St Hilda's Primary", "Beck Lane Infants",  "Moorgate Academy",  "Riverside Juniors",
    "Hollin Bank School", "Thornfield College", "Park View Primary", "Kestrel Nursery",
};
/* Ofcom's numbers for drama, each with 1,000 lines. */
static const char *const phones[] = {
    "07700 900",  "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0",
    "0121 496 0", "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0", "020 7946 0",
    "0191 498 0", "028 9649 6", "029 2018 0", "01632 960",
};
static const char *const risks[] = {
    "Birth father is not to learn the family's area.",
    "There were threats at the time of the proceedings.",
    "A grandparent searched for the family on the internet.",
};

/* ---- one person ------------------------------------------------------------------------------ */

/* Where a family's texts come from. */
struct maker {
    struct dice dice;
    struct arena *arena;
    unsigned serial; /* different for every party of the demo */
    struct day today;
    bool plain;
};

static struct str text(const char *words)
{
    return str_from(words);
}

static void list_add(struct person_list *list, struct str entry)
{
    ASSERT(list->count < PERSON_LIST);
    list->at[list->count++] = entry;
}

static struct str make_phone(struct maker *maker, unsigned serial)
{
    return arena_print(maker->arena, "%s%03u", phones[serial % COUNT(phones)],
                       (unsigned)(serial / COUNT(phones)) % 1000);
}

static struct str make_postcode(struct maker *maker, unsigned serial)
{
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ"; /* those of the inward code */
    unsigned rest = serial / (unsigned)COUNT(districts);
    return arena_print(maker->arena, "%s %u%c%c", districts[serial % COUNT(districts)], rest % 10,
                       letters[(rest / 10) % 20], letters[(rest / 200) % 20]);
}

static struct str make_email(struct maker *maker, const char *first, const char *last,
                             unsigned serial)
{
    struct str address =
        arena_print(maker->arena, "%s.%s%u@%s", first, last, serial, PICK(&maker->dice, domains));
    char *letters = (char *)address.at;
    for (size_t i = 0; i < address.len; i++)
        if (letters[i] >= 'A' && letters[i] <= 'Z') letters[i] = (char)(letters[i] + 'a' - 'A');
    return address;
}

/* What the leak lists of the others draw on. */
struct home {
    const char *surname, *street, *town, *school;
    struct str postcode;
};

static void make_address(struct maker *maker, struct demo_party *party, struct home *home)
{
    unsigned serial = maker->serial++;
    home->street = PICK(&maker->dice, streets);
    home->town = PICK(&maker->dice, towns);
    home->school = PICK(&maker->dice, schools);
    home->postcode = make_postcode(maker, serial);
    party->person.address =
        arena_print(maker->arena, "%u %s\n%s\n%.*s", 1 + below(&maker->dice, 180), home->street,
                    home->town, STR_ARG(home->postcode));
    list_add(&party->person.phones, make_phone(maker, serial));
    party->confirmed = true;
    party->state = "active";
    party->person.reachable = true;
}

static void make_household(struct maker *maker, struct demo_party *party, struct home *home,
                           const char *kind)
{
    struct dice *dice = &maker->dice;
    const char *one = PICK(dice, women), *two = PICK(dice, men);
    home->surname = PICK(dice, surnames);
    unsigned serial = maker->serial;
    make_address(maker, party, home);
    party->kind = kind;
    list_add(&party->person.names, arena_print(maker->arena, "%s %s", one, home->surname));
    if (chance(dice, 750)) {
        list_add(&party->person.names, arena_print(maker->arena, "%s %s", two, home->surname));
        party->person.known_as = arena_print(maker->arena, "%s and %s", one, two);
    } else {
        party->person.known_as = text(one);
    }
    list_add(&party->person.emails, make_email(maker, one, home->surname, serial));
    unsigned way = below(dice, 100);
    party->reads = maker->plain || serial % 25 != 3 ? "usual" : "large";
    party->channel = maker->plain || way < 70 ? "portal" : way < 88 ? "link" : "post";
}

static const struct {
    const char *relation; /* what the child calls them; "": by the first name */
    bool is_woman;
    unsigned in_thousand;
} relations[] = {
    {"", true, 780},          {"", false, 330},       {"Nana ", true, 330},
    {"Grandad ", false, 180}, {"Auntie ", true, 130},
};

static void make_relative(struct maker *maker, struct demo_party *party, struct home *home,
                          const char *surname, size_t relation)
{
    struct dice *dice = &maker->dice;
    const char *first = relations[relation].is_woman ? PICK(dice, women) : PICK(dice, men);
    home->surname = relation == 1 || chance(dice, 200) ? PICK(dice, surnames) : surname;
    unsigned serial = maker->serial;
    make_address(maker, party, home);
    party->kind = "birth";
    list_add(&party->person.names, arena_print(maker->arena, "%s %s", first, home->surname));
    party->person.known_as = arena_print(maker->arena, "%s%s", relations[relation].relation, first);
    unsigned way = below(dice, 100);
    party->channel = way < 48 ? "link" : way < 85 ? "post" : way < 93 ? "email" : "portal";
    if (maker->plain) party->channel = relation == 0 ? "link" : "post";
    bool has_mail = strcmp(party->channel, "post") != 0 || chance(dice, 300);
    if (has_mail) list_add(&party->person.emails, make_email(maker, first, home->surname, serial));
    party->plain_consent = !strcmp(party->channel, "email");
    if (maker->plain || !chance(dice, 150))
        party->reads = "usual";
    else
        party->reads = serial % 2 ? "easy" : "large";
    if (!strcmp(party->channel, "link"))
        party->person.pin = arena_print(maker->arena, "%06u", below(dice, 1000000));
    if (maker->plain) return;
    if (chance(dice, 12)) {
        party->state = "dead";
    } else if (chance(dice, 30)) {
        party->state = "moved";
        party->confirmed = false;
    }
}

/* ---- leak lists ------------------------------------------------------------------------------ */

static void leak(struct demo_party *party, const char *category, struct str term)
{
    size_t *count = &party->person.leak_count;
    for (size_t i = 0; i < *count; i++)
        if (str_equal(party->leaks[i].term, term)) return;
    if (*count == DEMO_LEAKS) return;
    party->leaks[(*count)++] = (struct person_leak){text(category), term};
    party->person.leaks = party->leaks;
}

static void leak_home(struct demo_party *party, const struct home *home, bool with_names)
{
    if (with_names) {
        leak(party, "name", text(home->surname));
        leak(party, "school", text(home->school));
    }
    leak(party, "address", text(home->street));
    leak(party, "place", text(home->town));
    leak(party, "postcode", home->postcode);
}

/* Relatives learn nothing of a household; it learns nothing of where they live. */
static void make_leaks(struct demo_family *family, const struct home *homes)
{
    size_t relatives = family->has_other_home ? 2 : 1;
    for (size_t i = 0; i < family->party_count; i++) {
        for (size_t j = 0; j < family->party_count; j++) {
            bool is_home = j < relatives;
            if (i == j || (i >= relatives && j >= relatives)) continue;
            bool is_apart = family->lives_apart && i < relatives && is_home;
            leak_home(&family->parties[i], &homes[j], is_home && !is_apart);
        }
    }
    for (size_t c = 0; c < family->child_count; c++) {
        struct str first = family->children[c].adoptive_name;
        first = str_slice(first, 0, str_find_byte(first, ' '));
        if (str_starts(family->children[c].birth_name, first)) continue;
        for (size_t i = relatives; i < family->party_count; i++)
            leak(&family->parties[i], "name", first);
    }
}

/* ---- children and arrangements --------------------------------------------------------------- */

static void make_child(struct maker *maker, struct demo_child *child, const char *birth_surname,
                       const char *surname, size_t home)
{
    struct dice *dice = &maker->dice;
    bool is_girl = chance(dice, 500);
    const char *first = is_girl ? PICK(dice, girls) : PICK(dice, boys);
    const char *later = first;
    if (!maker->plain && chance(dice, 150)) later = is_girl ? PICK(dice, girls) : PICK(dice, boys);
    child->birth_name = arena_print(maker->arena, "%s %s", first, birth_surname);
    child->adoptive_name = arena_print(maker->arena, "%s %s", later, surname);
    child->home = home;
    /* Two to sixteen years old, and now and then one who comes of age within the year. */
    int months =
        chance(dice, 40) ? -(17 * 12) - (int)below(dice, 11) : -(24 + (int)below(dice, 14 * 12));
    struct day_parts parts = day_parts(day_add_months(maker->today, months));
    parts.day = 1 + (int)below(dice, 28);
    ASSERT(day_from(parts, &child->born));
}

static void make_months(struct maker *maker, struct demo_arrangement *arrangement)
{
    struct dice *dice = &maker->dice;
    unsigned first = 1 + below(dice, 12);
    arrangement->months[arrangement->month_count++] = first;
    if (chance(dice, 450)) arrangement->months[arrangement->month_count++] = 1 + (first + 5) % 12;
    if (chance(dice, 120)) arrangement->avoid[arrangement->avoid_count++] = 1 + (first + 2) % 12;
    unsigned who = below(dice, 100);
    arrangement->first_writer = maker->plain || who < 75 ? "adoptive"
                                : who < 90               ? "birth"
                                                         : "either";
    unsigned from = below(dice, 100);
    arrangement->source = from < 60 ? "plan" : from < 75 ? "order" : "review";
}

static void make_state(struct maker *maker, struct demo_arrangement *arrangement)
{
    struct dice *dice = &maker->dice;
    unsigned state = below(dice, 1000);
    arrangement->state = "active";
    arrangement->kind = "indirect";
    arrangement->court_order = "none";
    if (maker->plain) return;
    if (chance(dice, 120)) {
        arrangement->two_person = true;
        arrangement->risk = text(PICK(dice, risks));
    }
    if (state < 50) {
        arrangement->state = "paused";
        arrangement->pause = text("The family asked for some months without letters.");
    } else if (state < 70) {
        arrangement->state = "held";
        arrangement->pause = text("Waits for the social worker's advice.");
    } else if (state < 85) {
        arrangement->state = "prohibited";
        arrangement->court_order = "prohibits";
        arrangement->two_person = true;
    } else if (state < 100) {
        arrangement->state = "suspended";
    } else if (state < 130) {
        arrangement->state = "inactive";
    } else if (state < 140) {
        arrangement->state = "ended";
    }
    if (chance(dice, 60)) {
        arrangement->kind = "one_way";
        arrangement->one_way = true;
    }
    if (chance(dice, 50)) arrangement->court_order = "requires";
}

static void make_arrangement(struct maker *maker, unsigned agency, unsigned number, size_t index,
                             const struct demo_family *family, struct demo_arrangement *arrangement)
{
    static const char *const levels[] = {"none", "no_face", "face", "face", "view_only"};
    struct dice *dice = &maker->dice;
    make_state(maker, arrangement);
    /* Two in a hundred meet. */
    if (!maker->plain && index == 0 && number % 42 == 7) {
        arrangement->kind = "direct";
        arrangement->one_way = false;
    }
    make_months(maker, arrangement);
    arrangement->photo_level = maker->plain ? "face" : PICK(dice, levels);
    arrangement->agreed = day_add_months(maker->today, -(6 + (int)below(dice, 90)));
    arrangement->reference =
        arena_print(maker->arena, "%s/%d/%04u%c", agency == 0 ? "FS" : "BD",
                    day_parts(arrangement->agreed).year, number + 1, (char)('a' + index));
    arrangement->signs_as = family->parties[0].person.known_as;
    arrangement->enclosures =
        text(strcmp(arrangement->photo_level, "none") != 0 ? "one or two photos" : "no photos");
}

/* One in forty has not written last month, as the terms ask. */
static void make_late(const struct maker *maker, unsigned number, struct demo_family *family)
{
    struct demo_arrangement *arrangement = &family->arrangements[0];
    if (maker->plain || number % 40 != 3 || strcmp(arrangement->state, "active") != 0 ||
        strcmp(arrangement->kind, "indirect") != 0)
        return;
    arrangement->is_late = true;
    arrangement->first_writer = "adoptive";
    arrangement->months[0] = day_parts(day_add_months(maker->today, -1)).month;
    arrangement->month_count = 1;
    arrangement->avoid_count = 0;
}

void demo_family_due_now(struct demo_family *family, struct day today)
{
    struct demo_arrangement *arrangement = &family->arrangements[0];
    arrangement->months[0] = day_parts(today).month;
    arrangement->months[1] = day_parts(day_add_months(today, 4)).month;
    arrangement->month_count = 2;
    arrangement->avoid_count = 0;
    arrangement->first_writer = "adoptive";
    arrangement->is_late = false;
}

/* ---- out of the ordinary ----------------------------------------------------------------------
 */

/* The first agency has each once, among its families as they come; none of those meets or is late.
 */
enum { FIRST = 62, STEP = 12 };

unsigned demo_edge_number(enum demo_edge edge)
{
    return FIRST + STEP * ((unsigned)edge - 1);
}

static enum demo_edge edge_of(unsigned agency, unsigned number)
{
    if (agency != 0 || number < FIRST || (number - FIRST) % STEP != 0) return DEMO_EDGE_NONE;
    unsigned edge = DEMO_EDGE_NONE + 1 + (number - FIRST) / STEP;
    return edge < DEMO_EDGES ? (enum demo_edge)edge : DEMO_EDGE_NONE;
}

static void make_age(const struct maker *maker, struct demo_child *child, int months)
{
    struct day_parts parts = day_parts(day_add_months(maker->today, -months));
    parts.day = 1;
    ASSERT(day_from(parts, &child->born));
}

static void live_at(const struct maker *maker, struct demo_party *party, const char *line,
                    const char *note)
{
    party->person.address =
        arena_print(maker->arena, "%s\n%.*s", line, STR_ARG(party->person.address));
    party->person.note = text(note);
    party->channel = "post";
}

/* The second of the parents, or somebody who was not on record, has a household of their own. */
static void make_apart(struct maker *maker, struct demo_family *family, struct home *homes)
{
    struct demo_party *keeps = &family->parties[0], *other = &family->parties[1];
    struct person_list *names = &keeps->person.names;
    ASSERT(!family->has_other_home && family->party_count < DEMO_PARTIES);
    for (size_t i = family->party_count; i > 1; i--) {
        family->parties[i] = family->parties[i - 1];
        family->parties[i].person.leaks = family->parties[i].leaks;
        homes[i] = homes[i - 1];
    }
    family->party_count++;
    family->has_other_home = family->lives_apart = true;
    *other = (struct demo_party){.kind = "adoptive", .channel = "post", .reads = "usual"};
    unsigned serial = maker->serial;
    make_address(maker, other, &homes[1]);
    homes[1].surname = homes[0].surname;
    struct str name = names->count > 1 ? names->at[--names->count]
                                       : arena_print(maker->arena, "Robin %s", homes[0].surname);
    list_add(&other->person.names, name);
    struct str first = str_slice(name, 0, str_find_byte(name, ' '));
    list_add(&other->person.emails,
             make_email(maker, arena_c(maker->arena, first), homes[0].surname, serial));
    other->person.known_as = first;
    first = names->at[0];
    keeps->person.known_as = str_slice(first, 0, str_find_byte(first, ' '));
}

/* All else is as it should be, so that the one thing is seen. */
static void make_edge(struct maker *maker, struct demo_family *family, struct home *homes)
{
    struct demo_arrangement *arrangement = &family->arrangements[0];
    struct demo_party *relative = &family->parties[family->has_other_home ? 2 : 1];
    arrangement->state = "active";
    arrangement->kind = "indirect";
    arrangement->court_order = "none";
    arrangement->first_writer = "adoptive";
    arrangement->one_way = arrangement->two_person = false;
    arrangement->risk = arrangement->pause = STR("");
    for (size_t i = 0; i < family->party_count; i++) {
        family->parties[i].state = "active";
        family->parties[i].confirmed = true;
    }
    make_age(maker, &family->children[0], 9 * 12);
    switch (family->edge) {
    case DEMO_EDGE_PRISON:
        live_at(maker, relative, "A1234ZZ, HMP Farrowby",
                "In prison: letters are opened there. Ask the chaplain first.");
        break;
    case DEMO_EDGE_REFUGE:
        live_at(maker, relative, "PO Box 12",
                "In a refuge. Ring before each letter; never say where.");
        break;
    case DEMO_EDGE_MOVED: relative->confirmed = false; break;
    case DEMO_EDGE_ELSEWHERE:
        arrangement->state = "moved";
        arrangement->pause =
            text("Aldermoor has it since the family moved. Their receipt is 4471.");
        break;
    case DEMO_EDGE_APART: make_apart(maker, family, homes); break;
    case DEMO_EDGE_PROPOSED:
    case DEMO_EDGE_OFFERED:
    case DEMO_EDGE_TAKEN: family->child_count = 1; break; /* sisters and brothers go with it */
    case DEMO_EDGE_GOES_ON: make_age(maker, &family->children[0], 17 * 12 + 6); break;
    case DEMO_EDGE_STOP:
    case DEMO_EDGE_VETO: make_age(maker, &family->children[0], 18 * 12 + 1); break;
    default: break;
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void make_relatives(struct maker *maker, struct demo_family *family, struct home *homes,
                           const char *surname)
{
    size_t first = family->party_count;
    for (size_t i = 0; i < COUNT(relations) && family->party_count < DEMO_PARTIES; i++) {
        bool is_there =
            maker->plain ? i == 0 || i == 2 : chance(&maker->dice, relations[i].in_thousand);
        if (!is_there) continue;
        size_t at = family->party_count++;
        make_relative(maker, &family->parties[at], &homes[at], surname, i);
    }
    if (family->party_count > first) return;
    size_t at = family->party_count++;
    make_relative(maker, &family->parties[at], &homes[at], surname, 0);
}

void demo_family_make(unsigned agency, unsigned number, struct day today, bool plain,
                      struct arena *arena, struct demo_family *ret_family)
{
    struct maker maker = {
        .dice = {0x1e77e5b0c5u + ((uint64_t)agency << 40) + ((uint64_t)number << 8)},
        .arena = arena,
        .serial = (agency * 700 + number) * DEMO_PARTIES,
        .today = today,
        .plain = plain,
    };
    struct dice *dice = &maker.dice;
    struct home homes[DEMO_PARTIES] = {{0}};
    struct demo_family *family = ret_family;
    *family = (struct demo_family){.party_count = 1};
    for (int i = 0; i < 8; i++) (void)roll(dice);
    const char *birth_surname = PICK(dice, surnames);

    make_household(&maker, &family->parties[0], &homes[0], "adoptive");
    family->has_other_home = !plain && chance(dice, 60);
    if (family->has_other_home) {
        make_household(&maker, &family->parties[1], &homes[1], "adoptive");
        family->party_count = 2;
    }
    make_relatives(&maker, family, homes, birth_surname);
    family->child_count = family->has_other_home ? 2 : 1;
    if (!plain && !family->has_other_home && chance(dice, 160)) family->child_count++;
    if (family->child_count == 2 && !family->has_other_home && chance(dice, 200))
        family->child_count++;
    for (size_t i = 0; i < family->child_count; i++) {
        size_t home = family->has_other_home && i == 1 ? 1 : 0;
        make_child(&maker, &family->children[i], birth_surname, homes[home].surname, home);
        make_arrangement(&maker, agency, number, i, family, &family->arrangements[i]);
    }
    make_late(&maker, number, family);
    family->edge = plain ? DEMO_EDGE_NONE : edge_of(agency, number);
    if (family->edge) make_edge(&maker, family, homes);
    make_leaks(family, homes);
}
