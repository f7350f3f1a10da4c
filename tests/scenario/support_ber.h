/*
 * BER and SNMP messages as the virtual devices speak them. Written apart from proto/, so that a
 * mistake there is not made here, too. Trusts its input no further than its bounds: what does not
 * parse is not answered.
 */
#pragma once

#include "core/base/base.h"
#include "core/base/bytes.h"

#define SUPPORT_ARCS_MAX  40
#define SUPPORT_NAMES_MAX 128
/* As much as UDP carries. */
#define SUPPORT_MESSAGE_MAX 65507

/* An object identifier as its arcs. */
struct support_oid {
    uint32_t count;
    uint32_t arcs[SUPPORT_ARCS_MAX];
};

struct support_message {
    int32_t version;
    struct bytes community; /* into the datagram */
    uint8_t pdu;
    int32_t id;
    int32_t status; /* non-repeaters of a GETBULK */
    int32_t index;  /* max-repetitions of a GETBULK */
    uint32_t count;
    struct support_oid names[SUPPORT_NAMES_MAX];
};

/* Octets in the making. */
struct support_octets {
    size_t size;
    uint8_t data[SUPPORT_MESSAGE_MAX + 64];
};

/* "1.3.6.1" as arcs. */
struct support_oid support_oid(const char *text);

/* < 0, 0, > 0 in the order of SNMP. */
int support_oid_compare(const struct support_oid *a, const struct support_oid *b);

/* Says whether `oid` is `root` or lies below it. */
bool support_oid_is_within(const struct support_oid *oid, const struct support_oid *root);

/* Writes the content octets of an OID. Returns: how many. */
size_t support_oid_encode(const struct support_oid *oid, uint8_t *out);

/* Writes the content octets of a number in as few as its type allows. Returns: how many. */
size_t support_number_encode(uint8_t tag, int64_t number, uint8_t out[9]);

/* Reads a request. Returns false when it is none. */
bool support_message_read(struct bytes datagram, struct support_message *out);

/* Appends octets as they are. */
void support_put(struct support_octets *octets, const void *data, size_t size);

/* Appends tag and length. */
void support_put_header(struct support_octets *octets, uint8_t tag, size_t size);

/* Appends a varbind of content octets. */
void support_put_varbind(struct support_octets *octets, struct bytes name, uint8_t tag,
                         struct bytes value);

/* Octets that such a varbind takes. */
size_t support_varbind_size(size_t name_size, size_t value_size);

/* Writes a whole message: version, community, PDU and id of `head`, with these varbinds. */
void support_message_write(const struct support_message *head, struct bytes varbinds,
                           struct support_octets *out);
