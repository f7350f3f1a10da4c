/*
 * Builds SNMP messages octet by octet, right ones and wrong ones, for tests of the codec and of
 * what stands on it. Not a codec: it checks nothing, and shares no code with what it tests.
 */
#pragma once

#include "core/base/bytes.h"

/* Holds the largest datagram that UDP carries, and a little more. */
#define SUPPORT_BER_CAP 66000

/* A message in the making. */
struct support_ber {
    size_t size;
    uint8_t data[SUPPORT_BER_CAP];
};

/* One varbind: the name as octets in hexadecimal, the value as it shall stand there. */
struct support_ber_varbind {
    const char *name_hex;
    uint8_t tag;
    const char *value_hex;
};

/* Appends octets written in hexadecimal; blanks are ignored. */
void support_ber_hex(struct support_ber *ber, const char *hex);

/* Appends an element with its length in the shortest form. */
void support_ber_element(struct support_ber *ber, uint8_t tag, struct bytes content);

/* Appends an element whose content is written in hexadecimal. */
void support_ber_element_hex(struct support_ber *ber, uint8_t tag, const char *hex);

/* Appends a varbind. */
void support_ber_varbind(struct support_ber *ber, const struct support_ber_varbind *varbind);

/* Makes ber a Response to request-id 0x01020304 of community "public" around a varbind list. */
void support_ber_wrap(struct support_ber *ber, uint8_t version, struct bytes varbinds);

/* Makes ber such a Response with these varbinds. */
void support_ber_reply(struct support_ber *ber, uint8_t version,
                       const struct support_ber_varbind *varbinds, size_t count);

static inline struct bytes support_ber_bytes(const struct support_ber *ber)
{
    return bytes_of(ber->data, ber->size);
}
