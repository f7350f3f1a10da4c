/*
 * A list of targets, its names looked up by a fake, and all of it as one text: for the tests of
 * targets.h. Everything is static: each program has one list.
 */
#pragma once

#include <netdb.h>
#include <string.h>

#include <criterion/criterion.h>

#include "core/fleet/targets.h"

static struct targets list;
static char message[512];

static inline void setup(void)
{
    targets_init(&list);
}

static inline void teardown(void)
{
    targets_fini(&list);
}

static inline void add(const char *text)
{
    int status = targets_add(&list, text, message, sizeof(message));
    cr_assert_eq(status, 0, "%s: %s", text, message);
}

/* Names beginning with "good" have an address, "both" counts as one; others have none. */
static inline int fake_lookup(const char *name, struct target *out)
{
    if (strncmp(name, "good", 4) != 0) {
        return EAI_NONAME;
    }
    *out = (struct target){.family = 4, .address = {10, 9, 9, (uint8_t)strlen(name)}};
    return 0;
}

static inline void close_list(void)
{
    int status = targets_close(&list, fake_lookup, message, sizeof(message));
    cr_assert_eq(status, 0, "%s", message);
}

/* All addresses as one text, separated by spaces. */
static inline const char *all(void)
{
    static char text[4096];
    struct targets_cursor cursor = {0};
    struct target target;
    size_t size = 0;
    text[0] = '\0';
    while (targets_next(&list, &cursor, &target)) {
        text[size] = ' ';
        size += size > 0;
        size += target_format(&target, text + size, sizeof(text) - size);
    }
    return text;
}
