/*
 * The engine behind the profiles: reading files, choosing, asking, and what rules do with values.
 */
#include <stdio.h>

#include <criterion/criterion.h>

#include "proto/gate.h"
#include "proto/oid.h"
#include "proto/profile_inside.h"
#include "tests/unit/support_profiles.h"

static struct profile_set set;
static struct profile_error error;

static void set_up(void)
{
    profile_set_init(&set);
}

static void tear_down(void)
{
    profile_set_fini(&set);
}

TestSuite(profile, .init = set_up, .fini = tear_down);

#define PROOF "    source: s\n    fixture: {given: [x], expect: y}\n"
#define HEAD  "name: test\ntitle: Test\nroot: 1.3.6.1.4.1.9999\n"

static struct profile_device device_of(const char *object_id, const char *description)
{
    static uint8_t octets[OID_BER_MAX];
    struct profile_device device = {.description = description};
    size_t size;

    if (object_id != NULL) {
        cr_assert_eq(oid_from_text(object_id, octets, sizeof(octets), &size), 0);
        device.object_id = bytes_of(octets, size);
    }
    return device;
}

static void expect_chosen(const char *object_id, const char *description, const char *name)
{
    struct profile_device device = device_of(object_id, description);
    const struct profile *chosen = profile_choose(&set, &device);

    if (name == NULL) {
        cr_expect_null(chosen, "%s", profile_name(chosen));
    } else {
        cr_assert_not_null(chosen, "%s", description);
        cr_expect_str_eq(profile_name(chosen), name, "%s: %s", description, profile_name(chosen));
    }
}

Test(profile, mistakes_are_told_with_file_line_and_remedy)
{
    static const struct {
        const char *text;
        const char *line;
        const char *what;
    } cases[] = {
        {"", "test.yaml:1: ", "empty"},
        {"name: a b\ntitle: T\n", "test.yaml:1: ", "write small letters"},
        {"name: a\ntitle: T\nroot: x\n", "test.yaml:3: ", "write an OID"},
        {"name: a\ntitle: T\nmeter:\n", "test.yaml:3: ", "Unexpected key: meter"},
        {"name: a\ntitle: [\n", "test.yaml:2: ", "Expecting STRING"},
        {"name: a\ntitle: T\n---\nname: b\n", "test.yaml:", "one profile"},
        {"name: &x a\ntitle: *x\n", "test.yaml:", "alias"},
        {HEAD "meters:\n  - key: total\n    unit: pages\n    oid: .1\n",
         "test.yaml:7: ", "source and a fixture"},
        {HEAD "meters:\n  - key: total\n    unit: pages\n    oid: .1\n    source: s\n",
         "test.yaml:", "fixture"},
        {HEAD "meters:\n  - key: a\n    unit: u\n    oid: .1\n" PROOF
              "  - key: Total\n    unit: u\n    oid: .1\n" PROOF,
         "test.yaml:10: ", "key is \"Total\""},
        {HEAD "meters:\n  - key: a\n    unit: u\n    oid: 1.3.6.1.2.1.43.1\n" PROOF,
         "test.yaml:5: ", "no private object"},
        {HEAD "meters:\n  - key: a\n    unit: u\n    oid: .1\n    column: .2\n" PROOF,
         "test.yaml:5: ", "leave one"},
        {HEAD "meters:\n  - key: a\n    unit: u\n    oid: .1\n    times: 1x\n" PROOF,
         "test.yaml:5: ", "times is \"1x\""},
        {HEAD "meters:\n  - key: a\n    unit: u\n    oid: .1\n    over: 0\n" PROOF,
         "test.yaml:5: ", "cannot be 0"},
        {HEAD "meters:\n  - key: a\n    unit: u\n    oid: .1\n    take: last\n" PROOF,
         "test.yaml:5: ", "first, sum, most"},
        {HEAD "meters:\n  - key: a_*\n    unit: u\n    column: .1\n" PROOF,
         "test.yaml:5: ", "belong together"},
        {HEAD "match:\n  - source: s\n    fixture: {given: [x], expect: y}\n",
         "test.yaml:5: ", "fits every device"},
        {HEAD "supplies:\n  - name: Toner\n" PROOF, "test.yaml:5: ", "does nothing"},
        {HEAD "supplies:\n  - class: other\n" PROOF, "test.yaml:5: ", "consumed or receptacle"},
        {HEAD "limits:\n  - bulk: yes\n" PROOF, "test.yaml:5: ", "limits nothing"},
        {HEAD "contexts:\n  - model: x\n" PROOF, "test.yaml:5: ", "names no context"},
        {HEAD "contexts:\n  - name: a b\n" PROOF, "test.yaml:5: ", "without spaces"},
        {HEAD "identity:\n  - field: color\n    oid: .1\n" PROOF, "test.yaml:5: ", "serial, model"},
        {HEAD "identity:\n  - field: serial\n" PROOF, "test.yaml:5: ", "neither oid nor column"},
        {HEAD "trays:\n  - name: A\n    source: s\n    fixture: {sample: none, expect: y}\n",
         "test.yaml:5: ", "no sample \"none\""},
        {HEAD "trays:\n  - name: A\n    source: s\n    fixture: {expect: y}\n",
         "test.yaml:5: ", "no values"},
        {HEAD "meters:\n  - key: a\n    unit: u\n    column: .{1,2}\n    where:\n      - column: "
              ".{1,2,3}\n        is: 1\n" PROOF,
         "test.yaml:5: ", "braces"},
    };

    for (size_t i = 0; i < BASE_ARRAY_COUNT(cases); i++) {
        const char *sentence = profiles_refusal(cases[i].text);
        cr_expect_eq(strncmp(sentence, cases[i].line, strlen(cases[i].line)), 0, "%s%s",
                     cases[i].text, sentence);
        cr_expect_not_null(strstr(sentence, cases[i].what), "%s: %s", cases[i].what, sentence);
        cr_expect_not_null(strstr(sentence, "; "), "no remedy: %s", sentence);
    }
}

Test(profile, without_its_parent_is_told_and_dropped)
{
    profiles_add(&set, "name: a\ntitle: A\nextends: b\n");
    profiles_add(&set, "name: c\ntitle: C\n");
    cr_expect_eq(profile_set_link(&set, &error), BASE_EFORMAT);
    cr_expect_not_null(strstr(error.text, "extends \"b\""), "%s", error.text);
    cr_expect_eq(profile_set_link(&set, &error), 0);
    cr_expect_null(profile_find(&set, "a"));
    cr_expect_not_null(profile_find(&set, "c"));
}

Test(profile, in_a_circle_is_told_and_dropped)
{
    profiles_add(&set, "name: a\ntitle: A\nextends: b\n");
    profiles_add(&set, "name: b\ntitle: B\nextends: a\n");
    profiles_add(&set, "name: c\ntitle: C\nextends: c\n");
    cr_expect_eq(profile_set_link(&set, &error), BASE_EFORMAT);
    cr_expect_eq(profile_set_link(&set, &error), BASE_EFORMAT);
    cr_expect_not_null(strstr(error.text, "comes back"), "%s", error.text);
    cr_expect_eq(profile_set_link(&set, &error), BASE_EFORMAT);
    cr_expect_eq(profile_set_link(&set, &error), 0);
    cr_expect_eq(set.count, 0);
}

#define RULE(key, oid)                                                                             \
    "  - key: " key "\n    unit: u\n    oid: " oid "\n    source: s\n"                             \
    "    fixture: {given: [x], expect: y}\n"

Test(profile, of_the_user_replaces_or_extends_ours)
{
    static const char ours[] = HEAD "match:\n  - object_id: 1.3.6.1.4.1.9999\n" PROOF
                                    "meters:\n" RULE("total", ".1.0") RULE("scan", ".2.0");

    profiles_add(&set, ours);
    profiles_add(&set, "name: test\ntitle: Mine\nextends: test\nroot: 1.3.6.1.4.1.9999\n"
                       "without: [scan]\nmeters:\n" RULE("total", ".7.0"));
    cr_assert_eq(profile_set_link(&set, &error), 0, "%s", error.text);
    expect_chosen("1.3.6.1.4.1.9999.1", NULL, "test");
    const struct profile *mine = profile_find(&set, "test");
    cr_expect_str_eq(profile_title(mine), "Mine");
    cr_expect(profile_is_replaced(profile_parent(mine)));
    cr_expect_eq(profile_own_rule_count(mine), 1);
    /* match, own total, our total; scan is left out */
    cr_expect_eq(profile_rule_count(mine), 3);
}

Test(profile, that_replaces_ours_without_extending_stands_alone)
{
    profiles_add(&set, HEAD "match:\n  - object_id: 1.3.6.1.4.1.9999\n" PROOF);
    profiles_add(&set, HEAD "match:\n  - object_id: 1.3.6.1.4.1.8888\n" PROOF);
    cr_assert_eq(profile_set_link(&set, &error), 0);
    expect_chosen("1.3.6.1.4.1.9999.1", NULL, NULL);
    expect_chosen("1.3.6.1.4.1.8888.1", NULL, "test");
}

Test(profile, is_chosen_by_the_object_id_and_then_by_what_the_device_says)
{
    profiles_load(&set);
    expect_chosen("1.3.6.1.4.1.1347.41", "HP ETHERNET MULTI-ENVIRONMENT,JETDIRECT", "kyocera");
    expect_chosen("1.3.6.1.4.1.1347.41", "TA_UTAX Printing System", "utax");
    expect_chosen("1.3.6.1.4.1.641.2.71107164", "TOSHIBA e-STUDIO305CS", "toshiba-lexmark");
    expect_chosen("1.3.6.1.4.1.641.1.71106749", "Lexmark T640 version NS.NP.N219", "lexmark");
    expect_chosen("1.3.6.1.4.1.674.10898.10.52", "Dell 3115cn MFP", "dell-xerox");
    expect_chosen("1.3.6.1.4.1.253.8.62.1.19.4", "Xerox WorkCentre 3325", "xerox-samsung");
    expect_chosen("1.3.6.1.4.1.253.8.62.1.20.7", "Xerox AltaLink C8045; SS 1", "xerox");
    expect_chosen("1.3.6.1.4.1.18334.1.2.1.2.1.50.2.2", "Develop ineo 280", "develop");
    expect_chosen("1.3.6.1.4.1.367.1.1", "Gestetner MPC2500/DSc525 1.71 / ...", "ricoh");
    expect_chosen("1.3.6.1.4.1.1129.2.3.48.3", NULL, "oki");
    expect_chosen("1.3.6.1.4.1.1129.2.3.58.2", "TOSHIBA e-STUDIO2505AC", "toshiba");
    /* Not theirs: a server's agent, an arc that only begins alike, a projector, a text alone. */
    expect_chosen("1.3.6.1.4.1.8072.3.2.10", "Linux", NULL);
    expect_chosen("1.3.6.1.4.1.25310", NULL, NULL);
    expect_chosen("1.3.6.1.4.1.1248.4.1", "EPSON EB-L1505U", NULL);
    expect_chosen(NULL, NULL, NULL);
}

static bool asks(const char *name, const char *oid, bool is_moving)
{
    uint8_t octets[OID_BER_MAX];
    size_t size;
    size_t count;
    const struct profile_question *list = profile_questions(profile_find(&set, name), &count);

    cr_assert_eq(oid_from_text(oid, octets, sizeof(octets), &size), 0);
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal(list[i].oid, bytes_of(octets, size))) {
            return list[i].is_moving == is_moving;
        }
    }
    return false;
}

Test(profile, asks_each_object_once_and_labels_with_what_is_static)
{
    profiles_load(&set);
    cr_expect(asks("sharp", "1.3.6.1.4.1.2385.1.1.19.2.1.3", true));
    cr_expect(asks("sharp", "1.3.6.1.4.1.2385.1.1.19.2.1.4", false));
    cr_expect(asks("utax", "1.3.6.1.4.1.1347.43.5.1.1.28", false));
    for (size_t i = 0; i < set.count; i++) {
        size_t count;
        const struct profile_question *list = profile_questions(set.profiles[i], &count);
        for (size_t k = 1; k < count; k++) {
            cr_expect_not(bytes_equal(list[k - 1].oid, list[k].oid));
        }
        cr_expect_lt(count, 48, "%s asks %zu", profile_name(set.profiles[i]), count);
    }
}

Test(profile, never_asks_what_hurts)
{
    static const uint8_t command[] = {0x2b, 6, 1, 4, 1, 0x89, 0x60, 1, 2, 2, 44, 1, 1, 2, 1, 4};
    static const uint8_t above[] = {0x2b, 6, 1, 4, 1, 0x89, 0x60, 1, 2, 2, 44};
    static const uint8_t counter[] = {0x2b, 6, 1, 4, 1, 0x89, 0x60, 1, 2, 2, 27, 1};
    const struct profile *epson;
    const struct profile *brother;
    struct profile_device device = {.model = "Brother MFC-8860DN"};

    profiles_load(&set);
    epson = profile_find(&set, "epson");
    brother = profile_find(&set, "brother");
    cr_expect_not(profile_may_ask(epson, &device, bytes_of(command, sizeof(command))));
    cr_expect_not(profile_may_ask(epson, &device, bytes_of(above, sizeof(above))));
    cr_expect(profile_may_ask(epson, &device, bytes_of(counter, sizeof(counter))));
    cr_expect_not(profile_may_ask(brother, &device, bytes_of(counter, sizeof(counter))));
    device.model = "Brother HL-L8260CDW";
    cr_expect(profile_may_ask(brother, &device, bytes_of(counter, sizeof(counter))));
}

Test(profile, knows_limits_and_inputs_that_are_no_trays)
{
    struct profile_device device = {.model = "Samsung ML-3470 Series"};
    struct profile_limits limits;

    profiles_load(&set);
    profile_limits(profile_find(&set, "samsung"), &device, &limits);
    cr_expect(limits.no_bulk);
    device.model = "Samsung M4080FX";
    profile_limits(profile_find(&set, "samsung"), &device, &limits);
    cr_expect_not(limits.no_bulk);
    cr_expect(profile_is_pseudo_tray(profile_find(&set, "brother"), "AUTO"));
    cr_expect_not(profile_is_pseudo_tray(profile_find(&set, "brother"), "TRAY1"));
}

Test(profile, contexts_are_those_of_the_model)
{
    struct profile_device device = {.description = "HP ETHERNET MULTI,JETDIRECT EX,JD28"};
    struct profile_context context;
    size_t at = 0;
    profiles_load(&set);
    const struct profile *hp = profile_find(&set, "hp");
    cr_assert(profile_context(hp, &device, &at, &context));
    cr_expect_null(context.name);
    cr_expect_str_eq(context.community, ".2");
    cr_assert(profile_context(hp, &device, &at, &context));
    cr_expect_str_eq(context.community, ".3");
    cr_expect_not(profile_context(hp, &device, &at, &context));
    device.description = "HP ETHERNET MULTI,JETDIRECT,JD153";
    at = 0;
    cr_expect_not(profile_context(hp, &device, &at, &context), "a card in a printer has one");
}

static struct profile_result result;

/* Applies a profile to lines of values. */
static void apply(const char *name, const char *lines, int64_t standard_total)
{
    struct snmprec values;
    const struct profile *profile = profile_find(&set, name);

    cr_assert_not_null(profile);
    cr_assert_eq(snmprec_parse(bytes_from_text(lines), profile->root, &values), 0);
    cr_assert_eq(values.refused, 0);
    profile_apply(profile, &values.list, standard_total, &result);
    snmprec_free(&values);
}

static int64_t meter(const char *key)
{
    for (size_t i = 0; i < result.meter_count; i++) {
        if (strcmp(result.meters[i].key, key) == 0) {
            return result.meters[i].value;
        }
    }
    return PROFILE_ABSENT;
}

Test(profile, negative_counters_are_absent_and_sums_need_their_terms)
{
    profiles_load(&set);
    apply("konica-minolta", ".5.7.2.1.1.0|2|-1\n.5.7.2.2.1.5.1.2|2|10\n.5.7.2.2.1.5.2.2|2|-1\n",
          PROFILE_ABSENT);
    cr_expect_eq(meter("total"), PROFILE_ABSENT);
    cr_expect_eq(meter("print"), 10);
    cr_expect_eq(meter("print_color"), PROFILE_ABSENT);
    cr_expect_eq(meter("copy"), PROFILE_ABSENT);
}

Test(profile, larger_of_private_and_standard_wins_where_the_rule_says_so)
{
    static const char lines[] = ".6.4.2.1.1.2.1.1|2|2\n.6.4.2.1.1.4.1.1|65|6462\n";

    profiles_load(&set);
    apply("xerox-lexmark", lines, 6466);
    cr_expect(result.meters[0].standard_wins);
    apply("xerox-lexmark", lines, 6400);
    cr_expect_not(result.meters[0].standard_wins);
    apply("xerox-lexmark", lines, PROFILE_ABSENT);
    cr_expect_not(result.meters[0].standard_wins);
    apply("lexmark", lines, 6466);
    cr_expect_not(result.meters[0].standard_wins);
}

Test(profile, serials_that_name_nothing_give_way_to_the_next_rule)
{
    profiles_load(&set);
    apply("pantum", ".1.1.1.5.0|4|000000\n.6.1.2.0|4|CK1A005678\n", PROFILE_ABSENT);
    cr_expect_str_eq(result.fields[PROFILE_SERIAL].text, "CK1A005678");
    apply("pantum", ".1.1.1.5.0|4|000000\n", PROFILE_ABSENT);
    cr_expect_null(result.fields[PROFILE_SERIAL].text);
}

Test(profile, rows_of_one_size_add_up_and_unused_ones_are_left_out)
{
    profiles_load(&set);
    apply("kyocera",
          ".42.2.1.1.1.2.1.1|4|A4\n.42.2.1.1.1.6.1.1|2|5\n.42.2.1.1.1.2.1.2|4|A4\n"
          ".42.2.1.1.1.6.1.2|2|7\n.42.2.1.1.1.2.1.3|4|Legal (R)\n.42.2.1.1.1.6.1.3|2|1\n"
          ".42.2.1.1.1.2.1.4|4|B5\n.42.2.1.1.1.6.1.4|2|0\n",
          PROFILE_ABSENT);
    cr_expect_eq(meter("size_a4"), 12);
    cr_expect_eq(meter("size_legal_r"), 1);
    cr_expect_eq(meter("size_b5"), PROFILE_ABSENT);
}

Test(profile, blobs_that_are_cut_or_hold_something_else_give_nothing)
{
    static const char *const blobs[] = {
        ".10.0|4x|",
        ".10.0|4x|ff",
        ".10.0|4x|000104000003",     /* cut inside */
        ".10.0|4x|0001",             /* cut in the head */
        ".10.0|4x|00017f00000001",   /* longer than there is */
        ".10.0|4x|010104000000ffff", /* another tag */
        ".10.0|4x|0001020100ff",     /* full is 0 */
        ".10.0|2|5",                 /* no octets at all */
    };

    profiles_load(&set);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(blobs); i++) {
        apply("brother", blobs[i], PROFILE_ABSENT);
        cr_expect_eq(meter("total"), PROFILE_ABSENT, "%s", blobs[i]);
    }
    apply("brother", ".10.0|4x|630104000000ff0001040000036f", PROFILE_ABSENT);
    cr_expect_eq(meter("total"), 879);
}

Test(profile, result_is_bounded_by_its_room)
{
    static char lines[64 * 1024];
    size_t size = 0;

    profiles_load(&set);
    for (int i = 1; i < 60; i++) {
        size += (size_t)snprintf(lines + size, sizeof(lines) - size,
                                 ".42.2.1.1.1.2.1.%d|4|%0200d%d\n.42.2.1.1.1.6.1.%d|2|%d\n", i, 7,
                                 i, i, i);
    }
    apply("kyocera", lines, PROFILE_ABSENT);
    cr_expect_leq(result.meter_count, PROFILE_METERS_MAX);
    cr_expect_leq(result.text_size, sizeof(result.text));
}

/* Texts of *out may stand in *out itself. */
static void apply_supply(const char *profile, const char *name, struct profile_supply_result *out)
{
    struct profile_supply supply = {.name = name, .type = "toner", .color = "black"};
    struct varbinds none = {NULL, 0};

    profile_apply_supply(profile_find(&set, profile), &none, &supply, out);
}

static void expect_text(const char *text, const char *wanted, const char *of)
{
    cr_expect((text == NULL) == (wanted == NULL), "%s: %s", of, text != NULL ? text : "none");
    if (text != NULL && wanted != NULL) {
        cr_expect_str_eq(text, wanted, "%s", of);
    }
}

Test(profile, supply_texts_are_taken_apart)
{
    static const struct {
        const char *profile;
        const char *said;
        const char *name; /* NULL = stays what was said */
        const char *part;
        const char *serial;
    } supplies[] = {
        {"xerox", "Black Toner Cartridge, PN 006R01697;SN12345", "Black Toner Cartridge",
         "006R01697", "12345"},
        {"fujifilm", "Waste Toner Container, PN 008R08101;SNunknown", "Waste Toner Container",
         "008R08101", NULL},
        {"xerox", "Black Toner", NULL, NULL, NULL},
        {"samsung", "Black Toner Cartridge S/N:", "Black Toner Cartridge", NULL, NULL},
        {"hp", "Cyan Cartridge 827A HP CF301A 0B4F0BA19A2121DA", "Cyan Cartridge 827A", "CF301A",
         "0B4F0BA19A2121DA"},
        {"hp", "Clean Rollers HP None", "Clean Rollers", NULL, NULL},
        {"kyocera", "TK-8527C", NULL, "TK-8527C", NULL}, /* a part number alone stays the name */
        /* What holds no number stays whole. */
        {"hp", "Magenta Cartridge HP CF413A This description is longer than 32", NULL, NULL, NULL},
        {"hp", "Stapler 3 HP CC3 38 33 41 00", NULL, NULL, NULL},
        {"hp", "HP CF413A", NULL, NULL, NULL},
        {"epson", "Waste Ink Box", NULL, NULL, NULL},
        {"epson", "Ink Box 29", NULL, NULL, NULL},
        {"kyocera", "Waste Toner Box", NULL, NULL, NULL},
        {"xerox", ", PN 006R01697;SN12345", NULL, NULL, NULL},
        {"xerox", "", NULL, NULL, NULL},
    };

    profiles_load(&set);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(supplies); i++) {
        struct profile_supply_result out;
        apply_supply(supplies[i].profile, supplies[i].said, &out);
        expect_text(out.name, supplies[i].name, supplies[i].said);
        expect_text(out.part, supplies[i].part, supplies[i].said);
        expect_text(out.serial, supplies[i].serial, supplies[i].said);
    }
}

Test(profile, patterns)
{
    cr_expect(profile_glob("a*c", "ABBC"));
    cr_expect(profile_glob("x|*", "anything"));
    cr_expect(profile_glob("*b*b*", "abab"));
    cr_expect(profile_glob("", ""));
    cr_expect_not(profile_glob("a*c", "abcd"));
    cr_expect_not(profile_glob("a|b", "ab"));
    cr_expect_not(profile_glob("", "a"));
}

Test(profile, number_in_front_of_a_word)
{
    static const struct {
        const char *text;
        int64_t number; /* -1 = none */
    } texts[] = {
        {"555719 INCHES, 1411527 CENTIMETERS", 1411527},
        {"0 inches, 0 centimeters", 0},
        {"1,411,527CENTIMETERS", 1411527},
        {"about CENTIMETERS", -1},
        {"CENTIMETERS 12", -1},
        {"12 INCHES", -1},
        {"12, CENTIMETERS", -1},
        {"99999999999999999999 CENTIMETERS", -1},
        {"", -1},
    };
    static char word[] = "CENTIMETERS";
    const struct profile_rule rule = {
        .word = word, .decode_as = PROFILE_WORD, .times_by = 1, .over_by = 1};

    for (size_t i = 0; i < BASE_ARRAY_COUNT(texts); i++) {
        const struct varbind row = {.tag = 4, .value = bytes_from_text(texts[i].text)};
        int64_t number = -1;
        bool is_there = profile_number(&rule, &row, &number);
        cr_expect_eq(is_there, texts[i].number >= 0, "%s", texts[i].text);
        cr_expect_eq(number, texts[i].number, "%s", texts[i].text);
    }
}
