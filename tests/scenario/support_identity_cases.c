#include "tests/scenario/support_identity_cases.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

/* What stands in the store, in the words of the table. */
void identity_look(struct street *street, char *got)
{
    int at = snprintf(got, GOT_MAX, "devices %u", street_devices(street));
    const struct {
        const char *word;
        unsigned count;
    } counts[] = {
        {"mixed", street_mixed(street)},
        {"moved", street_events(street, ROWS_MOVED)},
        {"conflict", street_events(street, ROWS_CONFLICT)},
        {"duplicate", street_events(street, ROWS_DUPLICATE_SERIAL)},
        {"merged", street_events(street, ROWS_MERGED)},
        {"split", street_events(street, ROWS_SPLIT)},
    };
    for (size_t i = 0; i < BASE_ARRAY_COUNT(counts); i++) {
        if (counts[i].count > 0) {
            at += snprintf(got + at, GOT_MAX - (size_t)at, ", %s %u", counts[i].word,
                           counts[i].count);
        }
    }
}

void identity_note(char *got, const char *format, ...)
{
    size_t at = strlen(got);
    va_list list;
    va_start(list, format);
    vsnprintf(got + at, GOT_MAX - at, format, list);
    va_end(list);
}

/* Ends a scenario. */
void identity_close(struct street *street, char *got)
{
    identity_look(street, got);
    street_free(street);
}

void identity_serial(struct street *street, int printer, const char *serial)
{
    snprintf(street->printers[printer].serial, sizeof(street->printers[printer].serial), "%s",
             serial);
}

void identity_flags(struct street *street, int printers, char *got)
{
    unsigned flagged = 0;
    for (int i = 0; i < printers; i++) {
        flagged += street_is_duplicate(street, street_device_of(street, i));
    }
    identity_look(street, got);
    identity_note(got, "; flagged %u", flagged);
    street_free(street);
}

/* --- boards and cards ------------------------------------------------------------------------- */

/* The board was replaced: it has just started. */
static void restart(struct street *street, int printer)
{
    street->printers[printer].booted_us = world_now_us(street->world);
}

void identity_board_mac(char *got)
{
    struct street *street = street_new(2);
    street_sweep(street);
    street->printers[0].mac = 900;
    restart(street, 0);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* It was seen to be off while it was repaired, and gets another address with its new card. */
void identity_board_moved(char *got)
{
    struct street *street = street_new(2);
    street_clear(street, 1);
    street_sweep(street);
    street_swap(street, 0, 1);
    street_clear(street, 1);
    street_sweep(street);
    street_put(street, 1, 0);
    street->printers[0].mac = 900;
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* The same between two sweeps: at first it could be another one. */
void identity_board_moved_unseen(char *got)
{
    struct street *street = street_new(2);
    street_clear(street, 0);
    street_sweep(street);
    uint32_t before = street_device_of(street, 1);
    street_swap(street, 0, 1);
    street->printers[1].mac = 900;
    for (int i = 0; i < 4; i++) {
        street_sweep(street);
    }
    uint32_t after = street_device_of(street, 1);
    identity_look(street, got);
    identity_note(got, "; %s", before == after ? "the same" : "another");
    street_free(street);
}

void identity_board_blank(char *got)
{
    struct street *street = street_new(2);
    street_sweep(street);
    identity_serial(street, 0, "");
    restart(street, 0);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

void identity_board_serial(char *got)
{
    struct street *street = street_new(2);
    street_sweep(street);
    identity_serial(street, 0, "CNBX777777");
    restart(street, 0);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* The card of printer 0 and its address go to printer 1, which gives its own to nobody. */
void identity_card_moved(char *got)
{
    struct street *street = street_new(3);
    street_clear(street, 2);
    street_sweep(street);
    street_clear(street, 0);
    street_swap(street, 0, 1);
    street->printers[1].mac = street->printers[0].mac;
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* --- print servers ---------------------------------------------------------------------------- */

void identity_print_server(char *got)
{
    struct street *street = street_new(4);
    street_clear(street, 1);
    street_clear(street, 2);
    street_put(street, 0, 1);
    street_put(street, 0, 2);
    street_sweep(street);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

void identity_print_server_blank(char *got)
{
    struct street *street = street_new(4);
    street_clear(street, 1);
    street_clear(street, 2);
    street_put(street, 0, 1);
    street_put(street, 0, 2);
    for (int i = 0; i < 3; i++) {
        identity_serial(street, i, "");
    }
    street_sweep(street);
    street_sweep(street);
    street_swap(street, 0, 3);
    street_sweep(street);
    street_sweep(street);
    identity_close(street, got);
}

/* Two printers, of which one answers at first; later both are silent. */
void identity_print_server_grows(char *got)
{
    struct street *street = street_new(2);
    street_clear(street, 1);
    street_sweep(street);
    street_put(street, 0, 1);
    street_sweep(street);
    uint32_t second = street_device_of(street, 1);
    street_clear(street, 0);
    street_sweep(street);
    street_sweep(street);
    struct store_device device = street_device(street, second);
    identity_look(street, got);
    identity_note(got, "; silent for %u", device.failures);
    street_free(street);
}

/* The box gives one serial number for all of its printers. */
void identity_print_server_serial(char *got)
{
    struct street *street = street_new(3);
    street_clear(street, 1);
    street_clear(street, 2);
    street_put(street, 0, 1);
    street_put(street, 0, 2);
    identity_serial(street, 1, street->printers[0].serial);
    identity_serial(street, 2, street->printers[0].serial);
    street_sweep(street);
    street_sweep(street);
    street_sweep(street);
    identity_flags(street, 3, got);
}

/* --- by hand ---------------------------------------------------------------------------------- */

/* A new board with a new serial number: people know that it is the same. Then they know better. */
void identity_merge_and_split(char *got)
{
    struct street *street = street_new(2);
    uint32_t back = 0;
    street_sweep(street);
    uint32_t elder = street_device_of(street, 0);
    identity_serial(street, 0, "CNBX777777");
    restart(street, 0);
    street_sweep(street);
    uint32_t younger = street_device_of(street, 0);
    cr_assert_neq(elder, younger);
    cr_assert_eq(street_merge(street, elder, younger), 0);
    uint32_t devices = street_devices(street);
    street_sweep(street);
    uint32_t merged = street_device_of(street, 0);
    cr_assert_eq(street_split(street, elder, &back), 0);
    street_sweep(street);
    uint32_t split = street_device_of(street, 0);
    identity_look(street, got);
    identity_note(got, "; %u, %s, %s, %s", devices, merged == elder ? "joined" : "apart",
                  split == younger ? "as before" : "otherwise", back == younger ? "back" : "lost");
    street_free(street);
}

/* Evidence made one of two; a person takes it back, and it is not made again. */
void identity_split_stays(char *got)
{
    struct street *street = street_new(2);
    uint32_t back = 0;
    street_clear(street, 0);
    street_sweep(street);
    uint32_t elder = street_device_of(street, 1);
    street_swap(street, 0, 1);
    street->printers[1].mac = 900;
    for (int i = 0; i < 4; i++) {
        street_sweep(street);
    }
    cr_assert_eq(street_split(street, elder, &back), 0);
    for (int i = 0; i < 4; i++) {
        street_sweep(street);
    }
    uint32_t now = street_device_of(street, 1);
    identity_look(street, got);
    identity_note(got, "; %s", now == back ? "apart" : "joined");
    street_free(street);
}
