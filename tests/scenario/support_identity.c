#include "tests/scenario/support_identity.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/fleet/address.h"
#include "core/fleet/archive_find.h"
#include "core/fleet/meter_rows.h"
#include "core/fleet/printers.h"
#include "core/fleet/rows_identity.h"
#include "tests/scenario/support_identity_box.h"

#define DAY_US INT64_C(86400000000)

/* --- what a printer says ---------------------------------------------------------------------- */

static void put_text(struct agent_mib *mib, const char *column, const char *index, const char *text)
{
    (void)agent_mib_put(mib, column, index, 0x04, bytes_from_text(text));
}

void street_put_printer(struct agent_mib *mib, const struct street_printer *printer, int which,
                        unsigned d, unsigned sweeps)
{
    char index[16];
    char row[24];
    snprintf(index, sizeof(index), "%u", d);
    snprintf(row, sizeof(row), "%u.1", d);
    (void)agent_mib_put(mib, "1.3.6.1.2.1.25.3.2.1.2", index, 0x06,
                        bytes_of("\x2b\x06\x01\x02\x01\x19\x03\x01\x05", 9));
    put_text(mib, "1.3.6.1.2.1.25.3.2.1.3", index, "HP LaserJet 4250");
    agent_mib_put_number(mib, "1.3.6.1.2.1.25.3.2.1.5", index, 0x02, 2);
    agent_mib_put_number(mib, "1.3.6.1.2.1.25.3.5.1.1", index, 0x02, 3);
    agent_mib_put_number(mib, "1.3.6.1.2.1.43.5.1.1.1", index, 0x41, 7);
    if (printer->serial[0] != '\0') {
        put_text(mib, "1.3.6.1.2.1.43.5.1.1.17", index, printer->serial);
    }
    agent_mib_put_number(mib, "1.3.6.1.2.1.43.10.2.1.3", row, 0x02, 7);
    agent_mib_put_number(mib, "1.3.6.1.2.1.43.10.2.1.4", row, 0x41, which * 1000 + (int)sweeps);
    put_text(mib, "1.3.6.1.2.1.43.11.1.1.6", row, "Black Cartridge");
    agent_mib_put_number(mib, "1.3.6.1.2.1.43.11.1.1.8", row, 0x02, 100);
    agent_mib_put_number(mib, "1.3.6.1.2.1.43.11.1.1.9", row, 0x02, 60);
}

/* The box: system group and interface are the first printer's. */
void street_put_card(struct agent_mib *mib, const struct street_printer *printer)
{
    uint8_t mac[6] = {0x00, 0x1b, 0xa9, 0, 0, 0};
    mac[4] = (uint8_t)(printer->mac >> 8);
    mac[5] = (uint8_t)printer->mac;
    put_text(mib, "1.3.6.1.2.1.1.1", "0", "HP ETHERNET MULTI-ENVIRONMENT");
    (void)agent_mib_put(mib, "1.3.6.1.2.1.1.2", "0", 0x06,
                        bytes_of("\x2b\x06\x01\x04\x01\x0b\x02\x03\x09\x01", 10));
    struct agent_entry *uptime = agent_mib_put_number(mib, "1.3.6.1.2.1.1.3", "0", 0x43, 0);
    uptime->source = AGENT_UPTIME;
    if (printer->name[0] != '\0') {
        put_text(mib, "1.3.6.1.2.1.1.5", "0", printer->name);
    }
    if (printer->mac != 0) {
        agent_mib_put_number(mib, "1.3.6.1.2.1.2.2.1.3", "1", 0x02, 6);
        (void)agent_mib_put(mib, "1.3.6.1.2.1.2.2.1.6", "1", 0x04, bytes_of(mac, sizeof(mac)));
        agent_mib_put_number(mib, "1.3.6.1.2.1.2.2.1.8", "1", 0x02, 1);
    }
}

/* Makes what answers at an address. */
static void build(struct street *street, uint32_t address)
{
    struct agent_mib *mib = &street->mibs[address];
    struct world_device *device = world_device(street->world, address);
    const int *behind = street->behind[address];
    agent_mib_free(mib);
    *mib = (struct agent_mib){0};
    if (address == street->box_at && street->box != STREET_BY_INDEX) {
        street_build_box(street);
        return;
    }
    device->state = behind[0] < 0 ? WORLD_DEAD : WORLD_ALIVE;
    if (behind[0] < 0) {
        return;
    }
    street_put_card(mib, &street->printers[behind[0]]);
    for (unsigned i = 0; i < STREET_BEHIND_MAX && behind[i] >= 0; i++) {
        street_put_printer(mib, &street->printers[behind[i]], behind[i], i + 1, street->sweeps);
    }
    agent_mib_sort(mib);
    device->agent.mib = mib;
    device->agent.booted_us = street->printers[behind[0]].booted_us;
}

/* --- the street ------------------------------------------------------------------------------- */

static void keep(struct fleet *fleet, uint32_t index);

struct street *street_new(uint32_t addresses)
{
    struct street *street = calloc(1, sizeof(*street));
    BASE_REQUIRE(street != NULL && addresses <= STREET_PRINTERS_MAX);
    char message[256] = "";
    static struct agent_mib nothing;
    street->addresses = addresses;
    street->world = world_new(5, addresses, &nothing);
    street->fleet = fleet_new(street->world);
    street->fleet->on_end = keep;
    street->fleet->owner = street;
    for (uint32_t i = 0; i < addresses; i++) {
        struct street_printer *printer = &street->printers[i];
        snprintf(printer->serial, sizeof(printer->serial), "CNBX%06u", i);
        snprintf(printer->name, sizeof(printer->name), "NPI%06X", i);
        printer->mac = i + 1;
        for (int j = 0; j < STREET_BEHIND_MAX; j++) {
            street->behind[i][j] = j == 0 ? (int)i : -1;
        }
    }
    snprintf(street->path, sizeof(street->path), "/tmp/platen-street-XXXXXX");
    cr_assert_not_null(mkdtemp(street->path));
    cr_assert_eq(
        store_open(street->path, STORE_READ_WRITE, &street->store, message, sizeof(message)), 0,
        "%s", message);
    cr_assert_eq(archive_slice_new(4096, &street->slice), 0);
    cr_assert_eq(reading_init(&street->reading), 0);
    return street;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

void street_free(struct street *street)
{
    reading_fini(&street->reading);
    archive_slice_free(street->slice);
    store_close(street->store);
    cr_assert_eq(nftw(street->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
    fleet_free(street->fleet);
    world_free(street->world);
    for (uint32_t i = 0; i < street->addresses; i++) {
        agent_mib_free(&street->mibs[i]);
    }
    street_free_box(street);
    free(street);
}

void street_put(struct street *street, uint32_t address, int printer)
{
    int *behind = street->behind[address];
    int at = 0;
    while (at < STREET_BEHIND_MAX && behind[at] >= 0) {
        at++;
    }
    BASE_REQUIRE(at < STREET_BEHIND_MAX);
    behind[at] = printer;
}

void street_clear(struct street *street, uint32_t address)
{
    for (int i = 0; i < STREET_BEHIND_MAX; i++) {
        street->behind[address][i] = -1;
    }
}

void street_swap(struct street *street, uint32_t a, uint32_t b)
{
    for (int i = 0; i < STREET_BEHIND_MAX; i++) {
        int was = street->behind[a][i];
        street->behind[a][i] = street->behind[b][i];
        street->behind[b][i] = was;
    }
}

/* --- sweeps ----------------------------------------------------------------------------------- */

/* What the store has of a place, for a poll that read only what moves. */
static struct bytes stored_static(struct street *street, struct store_txn *txn, const char *address,
                                  const uint32_t *printer)
{
    char key[96];
    struct store_device device;
    struct bytes record;
    bool is_shared = false;
    snprintf(key, sizeof(key), "address:%s", address);
    if (printer != NULL) {
        snprintf(key, sizeof(key), "address:%s#%u", address, *printer);
    }
    (void)street;
    if (archive_device_of(txn, key, &device, &is_shared) != 0 ||
        store_record_get(txn, device.number, RECORD_STATIC, &record) != 0) {
        return bytes_of(NULL, 0);
    }
    return record;
}

static void add(struct street *street, struct archive_item *item, struct bytes settled)
{
    cr_assert_eq(reading_decode(&street->reading, settled, item->moving_part, false), 0);
    item->reading = &street->reading;
    if (item->printer_count > 1 || address_place(item->address)[0] != '\0') {
        const struct printers_choice choice = {
            .list = item->printers, .count = item->printer_count, .which = item->printer};
        printers_identify(&street->reading, item->address, &choice);
    }
    cr_assert_eq(archive_slice_add(street->slice, item), 0);
}

static void add_each(struct street *street, struct store_txn *txn, struct archive_item item)
{
    uint32_t list[READING_PRINTERS_MAX];
    struct printers_choice choice = {.list = list, .count = street->reading.printer_count};
    memcpy(list, street->reading.printers, sizeof(list));
    for (; choice.which < choice.count; choice.which++) {
        struct archive_item part = item;
        uint8_t *settled = malloc(item.static_part.size + 1);
        uint8_t *moving = malloc(item.moving_part.size + 1);
        cr_assert_eq(printers_part(item.static_part, &choice, settled, &part.static_part), 0);
        cr_assert_eq(printers_part(item.moving_part, &choice, moving, &part.moving_part), 0);
        part.printers = list;
        part.printer_count = choice.count;
        part.printer = choice.which;
        add(street, &part,
            part.static_part.size > 0
                ? part.static_part
                : stored_static(street, txn, item.address, &list[choice.which]));
        free(settled);
        free(moving);
    }
}

void street_keep(struct street *street, struct archive_item item)
{
    struct store_txn *txn = NULL;
    item.polled_at_unix_ms = FLEET_UNIX_MS + world_now_us(street->world) / 1000;
    if (item.status != RECORD_OK && item.status != RECORD_PARTIAL) {
        cr_assert_eq(archive_slice_add(street->slice, &item), 0);
        return;
    }
    cr_assert_eq(store_begin(street->store, false, &txn), 0);
    struct bytes settled = item.static_part.size > 0
                               ? item.static_part
                               : stored_static(street, txn, item.address, NULL);
    cr_assert_eq(reading_decode(&street->reading, settled, item.moving_part, false), 0);
    if (street->reading.printer_count > 1) {
        add_each(street, txn, item);
    } else {
        add(street, &item, settled);
    }
    store_abort(txn);
}

/* As the keeper does. */
static void keep(struct fleet *fleet, uint32_t index)
{
    struct street *street = fleet->owner;
    const struct fleet_end *end = &fleet->ends[index];
    char address[STORE_ADDRESS_MAX];
    snprintf(address, sizeof(address), "10.0.%u.%u:161", index >> 8, index & 255);
    street_keep(street,
                (struct archive_item){.address = address,
                                      .status = end->status,
                                      .static_part = bytes_of(end->static_part, end->static_size),
                                      .moving_part = bytes_of(end->moving_part, end->moving_size),
                                      .since_unix_ms = street->since_unix_ms});
}

void street_sweep(struct street *street)
{
    world_wait(street->world, DAY_US);
    street->sweeps++;
    for (uint32_t i = 0; i < street->addresses; i++) {
        build(street, i);
    }
    street->since_unix_ms = FLEET_UNIX_MS + world_now_us(street->world) / 1000;
    fleet_sweep(street->fleet);
    cr_assert_eq(archive_slice_commit(street->slice, street->store, &street->figures), 0);
    archive_slice_reset(street->slice);
}

/* --- what is in the store --------------------------------------------------------------------- */

static struct store_txn *begin(struct street *street, bool write)
{
    struct store_txn *txn = NULL;
    cr_assert_eq(store_begin(street->store, write, &txn), 0);
    return txn;
}

uint32_t street_devices(struct street *street)
{
    struct store_txn *txn = begin(street, false);
    struct store_device device;
    uint32_t number = 0;
    uint32_t count = 0;
    int status = 0;
    while (store_device_next(txn, &number, &device, &status)) {
        count += !lineage_is_gone(&device);
    }
    store_abort(txn);
    return count;
}

struct store_device street_device(struct street *street, uint32_t number)
{
    struct store_txn *txn = begin(street, false);
    struct store_device device = {0};
    cr_assert_eq(store_device_get(txn, number, &device), 0);
    store_abort(txn);
    return device;
}

/* Whose a ledger row is; -1 = it has no meters. */
static int owner_of(struct store_txn *txn, const struct store_row *row)
{
    struct meter_rows read;
    meter_rows_init(&read, txn);
    cr_assert_eq(meter_rows_read(&read, row), 0);
    return read.said->count == 0 ? -1 : (int)(read.meters[0].value / 1000);
}

uint32_t street_device_of(struct street *street, int printer)
{
    struct store_txn *txn = begin(street, false);
    struct store_row row;
    uint64_t sequence = 0;
    uint32_t found = 0;
    int status = 0;
    while (store_chain_next(txn, STORE_LEDGER, &sequence, &row, &status)) {
        if (owner_of(txn, &row) == printer) {
            found = row.device;
        }
    }
    store_abort(txn);
    return found;
}

unsigned street_mixed(struct street *street)
{
    struct store_txn *txn = begin(street, false);
    struct store_device device;
    uint32_t number = 0;
    unsigned mixed = 0;
    int status = 0;
    while (store_device_next(txn, &number, &device, &status)) {
        struct store_row row;
        int owner = -1;
        bool is_mixed = false;
        for (uint64_t at = device.ledger_head; at != 0; at = row.previous) {
            cr_assert_eq(store_chain_get(txn, STORE_LEDGER, at, &row), 0);
            is_mixed = is_mixed || (owner >= 0 && owner_of(txn, &row) != owner);
            owner = owner_of(txn, &row);
        }
        mixed += is_mixed;
    }
    store_abort(txn);
    return mixed;
}

unsigned street_events(struct street *street, enum rows_event kind)
{
    struct store_txn *txn = begin(street, false);
    struct store_row row;
    uint64_t sequence = 0;
    unsigned count = 0;
    int status = 0;
    while (store_chain_next(txn, STORE_EVENTS, &sequence, &row, &status)) {
        enum rows_event found = ROWS_ALERT_CLEARED;
        cr_assert_eq(rows_event(row.payload, &found), 0);
        count += found == kind;
    }
    store_abort(txn);
    return count;
}

bool street_is_duplicate(struct street *street, uint32_t number)
{
    struct store_txn *txn = begin(street, false);
    struct rows_identity identity = {0};
    struct bytes record;
    int rc = store_record_get(txn, number, ARCHIVE_PART_IDENTITY, &record);
    if (rc == 0) {
        cr_assert_eq(rows_get_identity(record, &identity), 0);
    }
    store_abort(txn);
    return identity.is_duplicate;
}

static int64_t now_unix_ms(const struct street *street)
{
    return FLEET_UNIX_MS + world_now_us(street->world) / 1000;
}

int street_merge(struct street *street, uint32_t stays, uint32_t gone)
{
    struct store_txn *txn = begin(street, true);
    const struct lineage_reason reason = {.unix_ms = now_unix_ms(street)};
    struct store_device device;
    cr_assert_eq(store_device_get(txn, stays, &device), 0);
    int rc = lineage_merge(txn, &device, gone, &reason);
    rc = rc == 0 ? store_device_put(txn, &device) : rc;
    if (rc != 0) {
        store_abort(txn);
        return rc;
    }
    return store_commit(txn);
}

int street_split(struct street *street, uint32_t stays, uint32_t *back)
{
    struct store_txn *txn = begin(street, true);
    struct store_device device;
    cr_assert_eq(store_device_get(txn, stays, &device), 0);
    int rc = lineage_split(txn, &device, 0, now_unix_ms(street), back);
    rc = rc == 0 ? store_device_put(txn, &device) : rc;
    if (rc != 0) {
        store_abort(txn);
        return rc;
    }
    return store_commit(txn);
}
