#include "tests/scenario/support_identity_box.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/address.h"
#include "tests/scenario/support_identity_cases.h"
#include "tests/scenario/support_v3.h"

#define PORTS 3

static const char profile_text[] =
    "name: box\n"
    "title: Box\n"
    "match:\n"
    "  - object_id: 1.3.6.1.4.1.11\n"
    "    source: a test\n"
    "    fixture: {given: [\"1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.11.1\"], expect: box}\n"
    "contexts:\n"
    "  - name: port2\n"
    "    community: .2\n"
    "    source: a test\n"
    "    fixture: {given: [\"1.3.6.1.2.1.1.5.0|4|x\"], expect: \"context port2, community .2\"}\n"
    "  - name: port3\n"
    "    community: .3\n"
    "    source: a test\n"
    "    fixture: {given: [\"1.3.6.1.2.1.1.5.0|4|x\"], expect: \"context port3, community .3\"}\n";

static const char *const COMMUNITIES[PORTS] = {"public", "public.2", "public.3"};
static const char *const CONTEXTS[PORTS] = {"", "port2", "port3"};

/* --- the box ---------------------------------------------------------------------------------- */

/* Which of the ports is meant; -1 = none of them. */
static int port_of(struct bytes word, const char *const *words)
{
    for (int i = 0; i < PORTS; i++) {
        if (bytes_equal(word, bytes_from_text(words[i]))) {
            return i;
        }
    }
    return -1;
}

static size_t answer_community(struct world_device *device, struct bytes question, int64_t now_us,
                               unsigned again, struct support_octets *out)
{
    struct street *street = device->answerer;
    size_t at = question.data[1] < 0x80 ? 2 : 2 + (question.data[1] & 0x7fu);
    struct bytes community = bytes_of(question.data + at + 5, question.data[at + 4]);
    int asked = port_of(community, COMMUNITIES);
    int port = asked;
    if (again > 0) {
        return 0;
    }
    street->box_questions += port != 0;
    port = street->box == STREET_IGNORES && port > 0 ? 0 : port;
    if (port < 0 || (port > 0 && street->behind[street->box_at][port] < 0)) {
        return 0;
    }
    device->agent.mib = &street->box_mibs[port];
    device->agent.community = bytes_from_text(COMMUNITIES[asked]);
    return agent_answer(&device->agent, question, now_us, out);
}

static const struct agent_mib *choose_context(void *chooser, struct bytes user,
                                              struct bytes context)
{
    (void)user;
    struct street *street = chooser;
    int port = port_of(context, CONTEXTS);
    street->box_questions += port != 0;
    bool is_there = port == 0 || (port > 0 && street->behind[street->box_at][port] >= 0);
    return is_there ? &street->box_mibs[port] : NULL;
}

void street_build_box(struct street *street)
{
    struct world_device *device = world_device(street->world, street->box_at);
    const struct street_printer card = {.mac = 1, .name = "NPI000000"};
    street->box_questions = 0;
    for (int i = 0; i < PORTS; i++) {
        struct agent_mib *mib = &street->box_mibs[i];
        int which = street->behind[street->box_at][i];
        agent_mib_free(mib);
        *mib = (struct agent_mib){0};
        street_put_card(mib, &card);
        if (which >= 0) {
            street_put_printer(mib, &street->printers[which], which, 1, street->sweeps);
        }
        agent_mib_sort(mib);
    }
    device->agent.mib = &street->box_mibs[0];
    device->agent.booted_us = 0;
}

void street_free_box(struct street *street)
{
    for (int i = 0; i < PORTS; i++) {
        agent_mib_free(&street->box_mibs[i]);
    }
    if (street->box_agent != NULL) {
        v3_agent_free(street->box_agent);
        sim_usm_close(street->users);
    }
    profile_set_fini(&street->profiles);
}

/* --- its places ------------------------------------------------------------------------------- */

static int port_at(const char *place)
{
    int port = port_of(bytes_from_text(place), CONTEXTS);
    return place[0] == '.' ? place[1] - '1' : port;
}

static bool recall_place(struct fleet *fleet, uint32_t device, const char *place,
                         struct learned *learned)
{
    struct street *street = fleet->owner;
    int port = port_at(place);
    if (device != street->box_at || port < 1 || !street->is_box_learned[port]) {
        return false;
    }
    *learned = street->box_learned[port];
    return true;
}

static void on_place(struct fleet *fleet, uint32_t device, const struct sweep_result *result)
{
    struct street *street = fleet->owner;
    char address[ADDRESS_PLACE_MAX];
    int port = port_at(result->place);
    cr_assert_geq(port, 1);
    if (device == street->box_at) {
        street->box_learned[port] = *result->learned;
        street->is_box_learned[port] = true;
    }
    address_format_place(result->address, result->place, address, sizeof(address));
    street_keep(street, (struct archive_item){.address = address,
                                              .status = result->header.status,
                                              .static_part = result->static_part,
                                              .moving_part = result->moving_part,
                                              .since_unix_ms = result->since_unix_ms});
}

static void speak_v3(struct street *street)
{
    static const char *const users[] = {"guest", NULL};
    struct credential item = {.name = "guest", .version = PDU_V3};
    item.user.name_size = 5;
    memcpy(item.user.name, "guest", 5);
    cr_assert_eq(credentials_add(&street->credentials, &item, NULL, 0), 0);
    cr_assert_eq(credentials_add_community(&street->credentials, "public",
                                           bytes_from_text("public"), true, true),
                 0);
    street->fleet->config.credentials = &street->credentials;
    street->users = v3_users(users, 7);
    street->box_agent = v3_agent_new(street->world, 0, street->users);
    street->box_agent->choose = choose_context;
    street->box_agent->chooser = street;
}

void street_make_box(struct street *street, enum street_box box)
{
    struct world_device *device = world_device(street->world, street->box_at);
    struct profile_error error;
    for (int i = 1; i < PORTS; i++) {
        street_clear(street, (uint32_t)i);
        street->behind[street->box_at][i] = i;
    }
    profile_set_init(&street->profiles);
    cr_assert_eq(
        profile_set_add(&street->profiles, "box.yaml", bytes_from_text(profile_text), &error), 0,
        "%s", error.text);
    cr_assert_eq(profile_set_link(&street->profiles, &error), 0, "%s", error.text);
    street->fleet->config.profiles = &street->profiles;
    street->fleet->recall_place = recall_place;
    street->fleet->on_place = on_place;
    street->box = box;
    if (box == STREET_BY_CONTEXT) {
        speak_v3(street);
    } else {
        device->answer = answer_community;
        device->answerer = street;
    }
}

/* --- scenarios -------------------------------------------------------------------------------- */

static struct street *open_box(enum street_box box)
{
    struct street *street = street_new(4);
    street_make_box(street, box);
    street_sweep(street);
    return street;
}

void identity_box_community(char *got)
{
    struct street *street = open_box(STREET_BY_COMMUNITY);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

void identity_box_context(char *got)
{
    struct street *street = open_box(STREET_BY_CONTEXT);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* The card's MAC address and the context are all there is. */
void identity_box_blank(char *got)
{
    struct street *street = street_new(4);
    street_make_box(street, STREET_BY_CONTEXT);
    for (int i = 0; i < PORTS; i++) {
        identity_serial(street, i, "");
    }
    street_sweep(street);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

void identity_box_unplugged(char *got)
{
    struct street *street = open_box(STREET_BY_CONTEXT);
    uint32_t third = street_device_of(street, 2);
    street->behind[street->box_at][2] = -1;
    street_sweep(street);
    street_sweep(street);
    unsigned failures = street_device(street, third).failures;
    street->behind[street->box_at][2] = 2;
    street_sweep(street);
    struct store_device device = street_device(street, third);
    identity_look(street, got);
    identity_note(got, "; silent for %u, then %u", failures, device.failures);
    street_free(street);
}

static void plug_over(enum street_box box, int a, int b, char *got)
{
    struct street *street = open_box(box);
    street_sweep(street);
    street->behind[street->box_at][a] = b;
    street->behind[street->box_at][b] = a;
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

void identity_box_plugged_over(char *got)
{
    plug_over(STREET_BY_COMMUNITY, 1, 2, got);
}

void identity_box_plugged_over_default(char *got)
{
    plug_over(STREET_BY_CONTEXT, 0, 2, got);
}

/* The box gets the address of a printer that is gone. */
void identity_box_moved(char *got)
{
    struct street *street = open_box(STREET_BY_COMMUNITY);
    street_sweep(street);
    street_clear(street, 3);
    street_swap(street, 0, 3);
    *world_device(street->world, 3) = (struct world_device){
        .address = world_device(street->world, 3)->address,
        .answer = answer_community,
        .answerer = street,
    };
    world_device(street->world, 0)->answer = NULL;
    street->box_at = 3;
    memset(street->is_box_learned, 0, sizeof(street->is_box_learned));
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

void identity_box_off(char *got)
{
    struct street *street = open_box(STREET_BY_COMMUNITY);
    unsigned failures = 0;
    world_device(street->world, street->box_at)->state = WORLD_DEAD;
    street_sweep(street);
    street_sweep(street);
    for (int i = 0; i < PORTS; i++) {
        failures += street_device(street, street_device_of(street, i)).failures;
    }
    identity_look(street, got);
    identity_note(got, "; silent for %u", failures);
    street_free(street);
}

/* Nothing is plugged in where the box is asked first. */
void identity_box_empty_default(char *got)
{
    struct street *street = street_new(4);
    street_make_box(street, STREET_BY_COMMUNITY);
    street->behind[street->box_at][0] = -1;
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

void identity_box_ignores(char *got)
{
    struct street *street = open_box(STREET_IGNORES);
    unsigned first = street->box_questions;
    street_sweep(street);
    unsigned second = street->box_questions;
    identity_look(street, got);
    identity_note(got, "; %s, then asked %u times", first > 0 ? "tried" : "not tried", second);
    street_free(street);
}

void identity_box_ignores_blank(char *got)
{
    struct street *street = street_new(4);
    street_make_box(street, STREET_IGNORES);
    identity_serial(street, 0, "");
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* Another printer at a port: nobody's board has changed. */
void identity_box_replaced(char *got)
{
    struct street *street = open_box(STREET_BY_CONTEXT);
    street->behind[street->box_at][1] = 7;
    snprintf(street->printers[7].serial, sizeof(street->printers[7].serial), "CNBX777777");
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* SNMPv3 is switched on: the same printers, at places with other names. */
void identity_box_changes_version(char *got)
{
    struct street *street = open_box(STREET_BY_COMMUNITY);
    street_sweep(street);
    street->fleet->config.static_max_age_ms = 1;
    street->box = STREET_BY_CONTEXT;
    speak_v3(street);
    memset(street->is_box_learned, 0, sizeof(street->is_box_learned));
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}
