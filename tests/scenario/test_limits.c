/*
 * What a profile says of how its devices must be asked holds for the standard's objects, too: from
 * the moment that the device has said who it is, and in later polls from the first question on.
 */
#include <stdio.h>

#include <criterion/criterion.h>

#include "proto/oid.h"
#include "tests/scenario/support_fleet.h"

#define ROOT    "1.3.6.1.4.1.9999"
#define HOUR_US (3600 * WORLD_SECOND_US)

static struct profile_set set;
static struct agent_mib mib;
static struct world *world;
static struct fleet *fleet;

/* Of the questions of one sweep that left. */
static unsigned questions;
static unsigned bulks;
static unsigned most_repetitions; /* not of the first question */
static unsigned most_names;

/* Skips an element and says what it holds. */
static struct bytes take(const uint8_t **at)
{
    size_t size = (*at)[1] & 0x7fu;
    size_t head = 2;
    if ((*at)[1] > 0x80) {
        head += size;
        size = 0;
        for (size_t i = 2; i < head; i++) {
            size = size << 8 | (*at)[i];
        }
    }
    struct bytes content = bytes_of(*at + head, size);
    *at += head + size;
    return content;
}

static unsigned number(struct bytes content)
{
    unsigned value = 0;
    for (size_t i = 0; i < content.size; i++) {
        value = value << 8 | content.data[i];
    }
    return value;
}

static void watch(void *owner, uint32_t device, struct bytes datagram, int64_t now_us)
{
    const uint8_t *at = datagram.data;
    const uint8_t *inside = take(&at).data;
    (void)owner;
    (void)device;
    (void)now_us;
    (void)take(&inside); /* version, community */
    (void)take(&inside);
    bool is_bulk = inside[0] == GATE_GETBULK;
    const uint8_t *field = take(&inside).data;
    (void)take(&field); /* request-id, non-repeaters */
    (void)take(&field);
    unsigned repetitions = number(take(&field));
    struct bytes list = take(&field);
    unsigned names = 0;
    for (const uint8_t *name = list.data; name < list.data + list.size; names++) {
        (void)take(&name);
    }
    if (questions++ > 0) {
        bulks += is_bulk;
        most_repetitions =
            is_bulk && repetitions > most_repetitions ? repetitions : most_repetitions;
        most_names = names > most_names ? names : most_names;
    }
}

static void open_device(const char *limit)
{
    struct model_shape shape = model_office();
    struct profile_error error = {.text = ""};
    char text[600];
    uint8_t octets[OID_BER_MAX];
    size_t size = 0;
    snprintf(text, sizeof(text),
             "name: office\ntitle: Office\nmatch:\n"
             "  - {object_id: " ROOT ", source: s, fixture: {given: [x], expect: y}}\nlimits:\n"
             "  - {%s, source: s, fixture: {given: [x], expect: y}}\n",
             limit);
    profile_set_init(&set);
    cr_assert_eq(profile_set_add(&set, "office.yaml", bytes_from_text(text), &error), 0, "%s",
                 error.text);
    cr_assert_eq(profile_set_link(&set, &error), 0, "%s", error.text);
    mib = model_printer(&shape);
    agent_mib_drop(&mib, "1.3.6.1.2.1.1.2");
    cr_assert_eq(oid_from_text(ROOT ".7", octets, sizeof(octets), &size), 0);
    agent_mib_put(&mib, "1.3.6.1.2.1.1.2", "0", GATE_OID, bytes_of(octets, size));
    agent_mib_sort(&mib);
    world = world_new(11, 1, &mib);
    fleet = fleet_new(world);
    fleet->config.profiles = &set;
    world_watch(world, watch, NULL);
}

static void close_device(void)
{
    fleet_free(fleet);
    world_free(world);
    agent_mib_free(&mib);
    profile_set_fini(&set);
}

static void sweep(void)
{
    world_wait(world, HOUR_US);
    questions = bulks = most_repetitions = most_names = 0;
    fleet_sweep(fleet);
    cr_assert_eq(fleet->ends[0].status, RECORD_OK);
    struct model_match match = fleet_compare(
        fleet, 0, fleet->ends[0].has_static ? MODEL_STATIC | MODEL_MOVING : MODEL_MOVING);
    cr_assert_eq(match.missing + match.doubled, 0, "%u missing", match.missing);
}

TestSuite(limits, .timeout = 60);

Test(limits, a_device_whose_getbulk_is_not_to_be_trusted_is_read_without)
{
    open_device("bulk: \"no\"");
    sweep();
    cr_assert_eq(bulks, 0, "%u of %u", bulks, questions);
    cr_assert_not(fleet->learned[0].is_bulk_broken, "it has not failed");
    sweep();
    cr_assert_eq(bulks, 0, "%u of %u", bulks, questions);
    close_device();
}

Test(limits, a_device_is_asked_for_as_many_rows_as_it_bears)
{
    open_device("repetitions: 3");
    sweep();
    cr_assert_gt(bulks, 0);
    cr_assert_leq(most_repetitions, 3);
    sweep();
    cr_assert_leq(most_repetitions, 3);
    close_device();
    open_device("repetitions: 100");
    sweep();
    cr_assert_gt(most_repetitions, 3, "else the limit above was none");
    close_device();
}

Test(limits, a_device_is_asked_for_as_many_values_as_it_bears)
{
    open_device("varbinds: 8");
    sweep();
    cr_assert_leq(most_names, 8);
    sweep();
    cr_assert_leq(most_names, 8);
    close_device();
}

/* v2c is asked for first in the list; what must be asked in v1 is asked in v1, and no more in v2c
 * with each daily poll. */
Test(limits, a_device_that_must_be_asked_in_v1_is_not_asked_in_v2c_again)
{
    open_device("version: 1");
    world_device(world, 0)->agent.habits.is_v1_only = true;
    sweep();
    fleet->config.static_max_age_ms = 1;
    uint32_t heard = world_device(world, 0)->heard;
    sweep();
    cr_assert_eq(fleet->ends[0].snmp_version, PDU_V1);
    cr_assert_eq(world_device(world, 0)->heard - heard, fleet->ends[0].questions);
    close_device();
}

/* Somebody else is there now, who has no v1 any more. */
Test(limits, once_it_is_silent_all_versions_are_asked_again)
{
    open_device("version: 1");
    world_device(world, 0)->agent.habits.is_v1_only = true;
    sweep();
    world_device(world, 0)->agent.habits = (struct agent_habits){.is_v2_only = true};
    fleet_sweep(fleet);
    cr_assert_eq(fleet->ends[0].status, RECORD_TIMEOUT);
    sweep();
    cr_assert_eq(fleet->ends[0].snmp_version, PDU_V2C);
    close_device();
}
