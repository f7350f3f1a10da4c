/*
 * Lists of credentials in short, one address, and how the steps of asking it go on: for the tests
 * of access.h. Everything is static: each program has one address that it asks.
 */
#pragma once

#include <stdio.h>

#include <criterion/criterion.h>

#include "core/fleet/access.h"

/* The letters of a list: how each stands in `with`. */
#define KIND_V2C    '2'
#define KIND_V1     '1'
#define KIND_PRIV   'p' /* users of v3 */
#define KIND_AUTH   'a'
#define KIND_NOAUTH 'n'

static struct credentials list;
static struct learned learned;
static struct target address;
static struct access_terms terms;
static struct access access_state;

static inline void begin(void)
{
    list = (struct credentials){0};
    learned_init(&learned);
    cr_assert_eq(target_parse("10.1.2.3:161", &address), 0);
    terms = (struct access_terms){
        .list = &list, .address = &address, .learned = &learned, .attempts = 4};
}

/* A list of one credential a letter, named by its place; "C" is one community in both versions. */
static inline void with(const char *kinds)
{
    for (size_t i = 0; kinds[i] != '\0'; i++) {
        struct credential item = {.version = PDU_V3};
        snprintf(item.name, sizeof(item.name), "%zu", i);
        if (kinds[i] == 'C') {
            cr_assert_eq(
                credentials_add_community(&list, item.name, bytes_from_text("x"), true, true), 0);
            continue;
        }
        item.version = kinds[i] == KIND_V2C ? PDU_V2C : item.version;
        item.version = kinds[i] == KIND_V1 ? PDU_V1 : item.version;
        item.user.auth = kinds[i] == KIND_PRIV || kinds[i] == KIND_AUTH ? USM_SHA256 : USM_NO_AUTH;
        item.user.priv = kinds[i] == KIND_PRIV ? USM_AES128 : USM_NO_PRIV;
        cr_assert_eq(credentials_add(&list, &item, NULL, 0), 0);
    }
}

static inline void remember(unsigned index, bool has_engine)
{
    learned.credential = credential_key(&list.items[index]);
    learned.snmp_version = (uint8_t)list.items[index].version;
    learned.engine.size = has_engine ? 8 : 0;
}

static inline enum access_step start(void)
{
    return access_start(&access_state, &terms);
}

static inline enum access_step fail(int status)
{
    return access_failed(&access_state, status);
}

static inline enum access_step silence(void)
{
    return fail(BASE_ETIMEOUT);
}

static inline void expect(enum access_step step, enum access_step wanted, unsigned index,
                          unsigned attempts)
{
    cr_assert_eq(step, wanted, "step %d, not %d", (int)step, (int)wanted);
    cr_assert_eq(access_state.index, index, "credential %u", access_state.index);
    cr_assert_eq(access_state.attempts, attempts, "%u attempts", access_state.attempts);
}

static inline void expect_end(enum access_step step, int error)
{
    cr_assert_eq(step, ACCESS_END, "step %d", (int)step);
    cr_assert_eq(access_state.error, error, "%s", base_strerror(access_state.error));
}
