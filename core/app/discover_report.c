#include "core/app/discover_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "core/fleet/address.h"

/* Questions that a printer costs once it has answered, about; measured: 8 to 13, and the probe. */
#define PACKETS_OF_A_PRINTER 12

enum { ADDRESS, FOUND, VENDOR, MODEL, SERIAL, NAME, CREDENTIAL, DESCRIPTION, ERROR, COLUMN_COUNT };

const struct table_column discover_report_columns[] = {
    [ADDRESS] = {.key = "address", .title = "ADDRESS", .kind = TABLE_TEXT},
    [FOUND] = {.key = "found", .title = "FOUND", .kind = TABLE_TEXT},
    [VENDOR] = {.key = "vendor", .title = "VENDOR", .kind = TABLE_TEXT, .least = 8, .rank = 4},
    [MODEL] = {.key = "model", .title = "MODEL", .kind = TABLE_TEXT, .least = 12},
    [SERIAL] = {.key = "serial", .title = "SERIAL", .kind = TABLE_TEXT, .least = 10, .rank = 2},
    [NAME] = {.key = "name", .title = "NAME", .kind = TABLE_TEXT, .least = 8, .rank = 3},
    [CREDENTIAL] = {.key = "credential", .title = "CREDENTIAL", .kind = TABLE_TEXT, .rank = 5},
    [DESCRIPTION] = {.key = "description",
                     .title = "DESCRIPTION",
                     .kind = TABLE_TEXT,
                     .least = 16,
                     .hidden = true},
    [ERROR] = {.key = "error", .title = "ERROR", .kind = TABLE_TEXT, .least = 16, .rank = 1},
};

const size_t discover_report_column_count = COLUMN_COUNT;

enum discover_kind discover_report_kind(const struct sweep_result *result,
                                        const struct reading *reading)
{
    switch (result->header.status) {
    case RECORD_OK:
    case RECORD_PARTIAL:
        if (reading == NULL) {
            return DISCOVER_FAILED;
        }
        return reading->is_printer ? DISCOVER_PRINTER : DISCOVER_OTHER;
    case RECORD_NOTPRINTER:
        return DISCOVER_OTHER;
    case RECORD_AUTH:
        return result->header.error == BASE_ECREDENTIAL ? DISCOVER_SILENT : DISCOVER_REFUSED;
    case RECORD_TIMEOUT:
        return DISCOVER_SILENT;
    case RECORD_ERROR:
        break;
    }
    return result->header.error == BASE_EUNREACHABLE ? DISCOVER_SILENT : DISCOVER_FAILED;
}

enum discover_news discover_report_news(struct store *store, const struct sweep_result *result,
                                        const struct reading *reading)
{
    char keys[READING_KEYS_MAX][READING_KEY_MAX];
    char text[ADDRESS_PLACE_MAX];
    struct store_device device;
    struct store_txn *txn = NULL;
    uint32_t number = 0;
    enum discover_news news = DISCOVER_NEW;
    size_t count = reading_keys(reading, keys, READING_KEYS_MAX);
    if (store == NULL || store_begin(store, false, &txn) != 0) {
        return DISCOVER_NEW;
    }
    address_format_place(result->address, result->place, text, sizeof(text));
    for (size_t i = 0; i < count && news == DISCOVER_NEW; i++) {
        if (store_device_find(txn, keys[i], &number) == 0 &&
            store_device_get(txn, number, &device) == 0) {
            news = strcmp(device.address, text) == 0 ? DISCOVER_KNOWN : DISCOVER_MOVED;
        }
    }
    store_abort(txn);
    return news;
}

static const char *found_text(enum discover_kind kind, enum discover_news news)
{
    static const char *const of_news[] = {
        [DISCOVER_NEW] = "new", [DISCOVER_KNOWN] = "known", [DISCOVER_MOVED] = "moved"};
    static const char *const of_kind[DISCOVER_KINDS] = {
        [DISCOVER_SILENT] = "silent",   [DISCOVER_PRINTER] = "printer",
        [DISCOVER_OTHER] = "other",     [DISCOVER_REFUSED] = "refused",
        [DISCOVER_FAILED] = "not read", [DISCOVER_LEFT_OUT] = "left out"};
    return kind == DISCOVER_PRINTER ? of_news[news] : of_kind[kind];
}

void discover_report_row(struct table *table, const struct sweep_result *result,
                         const struct reading *reading, enum discover_kind kind,
                         enum discover_news news)
{
    char key[ADDRESS_PLACE_MAX];
    address_format_place(result->address, result->place, key, sizeof(key));
    table_row(table);
    table_set_text(table, ADDRESS, key);
    table_set_text(table, FOUND, found_text(kind, news));
    table_set_style(table, FOUND,
                    kind != DISCOVER_PRINTER ? TERMINAL_DIM
                    : news == DISCOVER_KNOWN ? TERMINAL_PLAIN
                                             : TERMINAL_GOOD);
    if (result->header.error != 0) {
        table_set_text(table, ERROR, base_strerror(result->header.error));
    }
    if (result->credential != NULL) {
        table_set_text(table, CREDENTIAL, result->credential->name);
    }
    if (reading != NULL) {
        table_set_text(table, VENDOR, reading->identity.vendor);
        table_set_text(table, MODEL, reading->identity.model);
        table_set_text(table, SERIAL, reading->identity.serial);
        table_set_text(table, NAME, reading->identity.name);
        table_set_text(table, DESCRIPTION, reading->identity.description);
    }
}

/* --- the end ---------------------------------------------------------------------------------- */

struct figure {
    const char *key;
    uint64_t value;
};

static void print_object(FILE *file, const struct figure *figures, size_t count, double seconds)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "%s\"%s\":%" PRIu64, i == 0 ? "{" : ",", figures[i].key, figures[i].value);
    }
    fprintf(file, ",\"seconds\":%.1f}\n", seconds);
}

static void close_json(const struct discover_sums *sums)
{
    const uint64_t *kinds = sums->by_kind;
    const struct figure figures[] = {
        {"addresses", sums->addresses},
        {"excluded", sums->excluded},
        {"answered", kinds[DISCOVER_PRINTER] + kinds[DISCOVER_OTHER] + kinds[DISCOVER_REFUSED] +
                         kinds[DISCOVER_FAILED]},
        {"printers", sums->printers},
        {"new", sums->by_news[DISCOVER_NEW]},
        {"known", sums->by_news[DISCOVER_KNOWN]},
        {"moved", sums->by_news[DISCOVER_MOVED]},
        {"others", kinds[DISCOVER_OTHER]},
        {"refused", kinds[DISCOVER_REFUSED]},
        {"failed", kinds[DISCOVER_FAILED]},
        {"silent", kinds[DISCOVER_SILENT]},
        {"known_others", sums->known_others},
        {"out_of_scope", sums->out_of_scope},
        {"packets", sums->packets},
    };
    print_object(stderr, figures, BASE_ARRAY_COUNT(figures), (double)sums->elapsed_us / 1e6);
}

/* ", 12 words", or nothing. */
static void say(uint64_t count, const char *one, const char *many)
{
    if (count > 0) {
        fprintf(stderr, ", %" PRIu64 " %s", count, count == 1 ? one : many);
    }
}

void discover_report_close(const struct discover_sums *sums, bool is_json)
{
    const uint64_t *kinds = sums->by_kind;
    if (is_json) {
        close_json(sums);
        return;
    }
    uint64_t answered = kinds[DISCOVER_PRINTER] + kinds[DISCOVER_OTHER] + kinds[DISCOVER_REFUSED] +
                        kinds[DISCOVER_FAILED];
    fprintf(stderr,
            "%s%" PRIu64 " %s, %" PRIu64 " answered: %" PRIu64 " %s (%" PRIu64 " new, %" PRIu64
            " known, %" PRIu64 " moved)",
            sums->is_interrupted ? "Interrupted: of " : "", sums->addresses,
            sums->addresses == 1 ? "address" : "addresses", answered, sums->printers,
            sums->printers == 1 ? "printer" : "printers", sums->by_news[DISCOVER_NEW],
            sums->by_news[DISCOVER_KNOWN], sums->by_news[DISCOVER_MOVED]);
    say(kinds[DISCOVER_OTHER], "other device", "other devices");
    say(kinds[DISCOVER_REFUSED], "refused us", "refused us");
    say(kinds[DISCOVER_FAILED], "not read", "not read");
    say(kinds[DISCOVER_SILENT], "silent", "silent");
    fprintf(stderr, "; %" PRIu64 " packets, %.1f s.\n", sums->packets,
            (double)sums->elapsed_us / 1e6);
    if (sums->known_others > 0) {
        fprintf(stderr,
                "%" PRIu64
                " not asked: no printers when they were asked last (--full asks them).\n",
                sums->known_others);
    }
    if (sums->out_of_scope > 0) {
        fprintf(stderr, "%" PRIu64 " not asked: out of scope (--force-scope asks them).\n",
                sums->out_of_scope);
    }
}

int discover_report_price(const struct search_price *price, const struct discover_sums *sums,
                          uint64_t known, bool is_json)
{
    const struct engine_config *engine = &price->config->engine;
    double seconds = search_price_seconds(price);
    const struct figure figures[] = {
        {"addresses", price->addresses},      {"excluded", sums->excluded},
        {"uncovered", price->uncovered},      {"known", known},
        {"known_others", sums->known_others}, {"out_of_scope", sums->out_of_scope},
        {"packets", price->packets}};
    if (is_json) {
        print_object(stdout, figures, BASE_ARRAY_COUNT(figures), seconds);
        return 0;
    }
    printf("%" PRIu64 " addresses would be asked (%" PRIu64
           " excluded), over UDP and nothing else.\n",
           price->addresses - price->uncovered, sums->excluded);
    printf("%" PRIu64
           " packets if nobody answers; a printer that answers takes about %d instead.\n",
           price->packets, PACKETS_OF_A_PRINTER);
    if (engine->packets_per_second > 0) {
        printf("About %.0f s at %u packets a second.\n", ceil(seconds), engine->packets_per_second);
    } else {
        printf("About %.0f s without a limit of packets a second.\n", ceil(seconds));
    }
    if (price->uncovered > 0) {
        printf("No credential is meant for %" PRIu64 " of the addresses: they are not asked.\n",
               price->uncovered);
    }
    if (known + sums->known_others + sums->out_of_scope > 0) {
        printf("Of them %" PRIu64 " are known printers; %" PRIu64
               " known other devices and %" PRIu64 " out of scope are left alone.\n",
               known, sums->known_others, sums->out_of_scope);
    }
    return 0;
}
