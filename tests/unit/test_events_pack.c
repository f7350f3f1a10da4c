#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/events_pack.h"

TestSuite(events_pack, .timeout = 60);

static struct reading_supply supplies[4];
static struct reading_alert alerts[2];
static struct reading_meter meters[2];
static struct reading reading;
static struct events_facts facts;
static uint8_t bytes[8192];

static struct reading_supply *supply(size_t at, const char *index)
{
    supplies[at] = (struct reading_supply){.class_name = "consumed",
                                           .name = "Thing, PN 1234",
                                           .label = "Thing",
                                           .type_code = 3,
                                           .level = 40,
                                           .percent = 40};
    memcpy(supplies[at].index, index, strlen(index) + 1);
    reading.supplies = supplies;
    reading.supply_count = at + 1;
    return &supplies[at];
}

static void take(void)
{
    size_t size = events_put_facts(bytes, &reading);
    cr_assert_leq(size, events_facts_bound(&reading));
    cr_assert_eq(events_get_facts(bytes_of(bytes, size), &facts), 0);
}

Test(events_pack, carries_what_a_reading_says)
{
    reading.condition.state = "standby";
    reading.identity.firmware = "4.7";
    meters[0] = (struct reading_meter){.key = "total", .value = 12345};
    meters[1] = (struct reading_meter){.key = "color", .value = 345};
    reading.meters = meters;
    reading.meter_count = 2;
    supply(0, "1.1")->serial = "SN1";
    supply(1, "1.2")->percent = -1;
    supplies[1].level = -3;
    supply(2, "1.3")->percent = -1;
    supplies[2].level = -2;
    take();
    cr_assert(facts.is_asleep && facts.has_supplies);
    cr_assert(bytes_equal(facts.firmware, bytes_from_text("4.7")));
    cr_assert_eq(facts.total, 12345);
    cr_assert_eq(facts.color, 345);
    cr_assert_eq(facts.supply_count, 3);
    cr_assert(bytes_equal(facts.supplies[0].index, bytes_from_text("1.1")));
    cr_assert(bytes_equal(facts.supplies[0].name, bytes_from_text("Thing")));
    cr_assert(bytes_equal(facts.supplies[0].serial, bytes_from_text("SN1")));
    cr_assert_eq(facts.supplies[0].percent, 40);
    cr_assert_eq(facts.supplies[1].percent, EVENTS_SOME);
    cr_assert_eq(facts.supplies[2].percent, EVENTS_UNKNOWN);
}

Test(events_pack, invents_nothing)
{
    reading.header.failed_tables = 1U << OBJECT_TABLE_SUPPLY;
    take();
    cr_assert(!facts.is_asleep && !facts.has_supplies);
    cr_assert_eq(facts.firmware.size, 0);
    cr_assert_eq(facts.total, ROWS_CHANGE_NOTHING);
    cr_assert_eq(facts.supply_count, 0);
}

Test(events_pack, tells_service_items_and_waste_from_consumables)
{
    static const struct {
        const char *name;
        int64_t type;
        enum events_role role;
    } items[] = {
        {"Black", 3, EVENTS_CONSUMABLE},        {"Ink", 6, EVENTS_CONSUMABLE},
        {"Staples", 32, EVENTS_CONSUMABLE},     {"Unit", 9, EVENTS_SERVICE},
        {"Unit", 15, EVENTS_SERVICE},           {"Unit", 20, EVENTS_SERVICE},
        {"Maintenance Kit", 1, EVENTS_SERVICE}, {"ADF Roller", READING_ABSENT, EVENTS_SERVICE},
        {"Fuser toner", 3, EVENTS_CONSUMABLE}};
    for (size_t i = 0; i < BASE_ARRAY_COUNT(items); i++) {
        struct reading_supply *one = supply(0, "1.1");
        one->name = items[i].name;
        one->type_code = items[i].type;
        take();
        cr_assert_eq(facts.supplies[0].role, items[i].role, "%s", items[i].name);
    }
    supply(0, "1.1")->class_name = "receptacle";
    take();
    cr_assert_eq(facts.supplies[0].role, EVENTS_WASTE);
}

Test(events_pack, gives_a_supply_its_alerts_by_group_and_row)
{
    supply(0, "1.1");
    supply(1, "1.2");
    alerts[0] =
        (struct reading_alert){.group_code = 11, .group_index = 2, .code = 1104, .is_fault = true};
    alerts[1] = (struct reading_alert){
        .group_code = 8, .group_index = 1, .code = 13, .is_fault = true}; /* a tray */
    reading.alerts = alerts;
    reading.alert_count = 2;
    take();
    cr_assert(!facts.supplies[0].is_low_by_alert && !facts.supplies[0].is_empty_by_alert);
    cr_assert(facts.supplies[1].is_low_by_alert && !facts.supplies[1].is_empty_by_alert);
    alerts[0].code = 1101;
    take();
    cr_assert(!facts.supplies[1].is_low_by_alert && facts.supplies[1].is_empty_by_alert);
    alerts[0].is_fault = false;
    take();
    cr_assert_not(facts.supplies[1].is_empty_by_alert);
}

Test(events_pack, refuses_facts_that_are_cut)
{
    supply(0, "1.1");
    size_t size = events_put_facts(bytes, &reading);
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_eq(events_get_facts(bytes_of(bytes, cut), &facts), BASE_EFORMAT);
    }
}

static struct events_state a_state(void)
{
    struct events_state state = {.silence = EVENTS_OFFLINE, .was_asleep = true, .slot_count = 2};
    memcpy(state.firmware, "1.2", 4);
    state.slots[0] = (struct events_slot){.index = "1.1",
                                          .role = EVENTS_WASTE,
                                          .told = 5,
                                          .grain = 10,
                                          .changes = 200,
                                          .clear = 1,
                                          .percent = 100,
                                          .lowest = 0,
                                          .pending = 42,
                                          .pending_unix_ms = INT64_C(1700000000123),
                                          .since_unix_ms = INT64_C(1600000000123),
                                          .serial = 0xfedcba98,
                                          .rate_milli = 12345,
                                          .rate_unix_ms = INT64_C(1650000000000),
                                          .rate_percent = 7,
                                          .said = EVENTS_UNSAID};
    state.slots[1] = (struct events_slot){.index = "1.2",
                                          .percent = EVENTS_UNKNOWN,
                                          .lowest = EVENTS_UNKNOWN,
                                          .pending = EVENTS_UNKNOWN,
                                          .since_unix_ms = INT64_C(1500000000123),
                                          .rate_percent = EVENTS_UNKNOWN,
                                          .said = EVENTS_UNSAID};
    return state;
}

Test(events_pack, gives_a_state_back_as_it_was)
{
    struct events_state before = a_state();
    static struct events_state after;
    size_t size = events_put_state(bytes, &before);
    cr_assert_eq(events_get_state(bytes_of(bytes, size), &after), 0);
    cr_assert_eq(after.silence, EVENTS_OFFLINE);
    cr_assert(after.was_asleep);
    cr_assert_str_eq(after.firmware, "1.2");
    cr_assert_eq(after.slot_count, 2);
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(memcmp(&before.slots[i], &after.slots[i], sizeof(before.slots[i])), 0);
    }
}

Test(events_pack, takes_no_bytes_for_a_new_device_and_refuses_others)
{
    struct events_state before = a_state();
    static struct events_state after;
    cr_assert_eq(events_get_state((struct bytes){0}, &after), 0);
    cr_assert_eq(after.slot_count, 0);
    size_t size = events_put_state(bytes, &before);
    for (size_t cut = 1; cut < size; cut++) {
        cr_assert_eq(events_get_state(bytes_of(bytes, cut), &after), BASE_EFORMAT);
    }
    bytes[0] = 9;
    cr_assert_eq(events_get_state(bytes_of(bytes, size), &after), BASE_EVERSION);
}

Test(events_pack, keeps_its_state_small)
{
    static struct events_state state;
    state = a_state();
    for (size_t i = 1; i < 9; i++) {
        state.slots[i] = state.slots[0];
    }
    state.slot_count = 9;
    cr_assert_leq(events_put_state(bytes, &state), 350, "nine supplies");
}
