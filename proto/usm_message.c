#include "proto/usm.h"
#include "proto/usm_ber.h"

/* msgVersion of SNMPv3, and msgSecurityModel of USM (RFC 3411 section 5). */
#define VERSION_3 3
#define MODEL_USM 3
/* The least msgMaxSize that an engine may have (RFC 3412 section 6). */
#define MAX_SIZE_LEAST 484
/* UDP carries less. */
#define DATAGRAM_MAX_BYTES UINT16_MAX

#define LEVEL_FLAGS (USM_FLAG_AUTH | USM_FLAG_PRIV)
/* The other five bits are to be ignored (RFC 3412 section 6.4). */
#define KNOWN_FLAGS (LEVEL_FLAGS | USM_FLAG_REPORTABLE)

bool usm_is_v3(struct bytes datagram)
{
    struct usm_ber rest = usm_ber_over(datagram);
    size_t size;
    uint32_t version;
    return datagram.size > 0 && usm_ber_head(&rest, GATE_SEQUENCE, &size) &&
           usm_ber_number(&rest, &version) && version == VERSION_3;
}

/* Reads msgGlobalData: the ids, the level, and whether the rest is for us to read. */
static int read_global(struct bytes content, struct usm_message *message)
{
    struct usm_ber rest = usm_ber_over(content);
    struct bytes flags;
    uint32_t msg_id;
    uint32_t max_size;
    uint32_t model;
    if (!usm_ber_number(&rest, &msg_id) || !usm_ber_number(&rest, &max_size) ||
        !usm_ber_take(&rest, GATE_OCTET_STRING, &flags) || flags.size != 1 ||
        !usm_ber_number(&rest, &model) || rest.at != rest.end) {
        return BASE_EUSM_PARSE;
    }
    if (max_size < MAX_SIZE_LEAST || model == 0) {
        return BASE_EUSM_PARSE;
    }
    if (model != MODEL_USM) {
        return BASE_EUSM_MODEL;
    }
    message->msg_id = (int32_t)msg_id;
    message->max_size = (int32_t)max_size;
    message->flags = flags.data[0] & KNOWN_FLAGS;
    return (message->flags & LEVEL_FLAGS) == USM_FLAG_PRIV ? BASE_EUSM_LEVEL : 0;
}

/* Reads UsmSecurityParameters (RFC 3414 section 2.4) out of their OCTET STRING. */
static bool read_security(struct bytes content, struct usm_message *message)
{
    struct usm_ber outer = usm_ber_over(content);
    struct bytes sequence;
    if (!usm_ber_take(&outer, GATE_SEQUENCE, &sequence) || outer.at != outer.end) {
        return false;
    }
    struct usm_ber rest = usm_ber_over(sequence);
    return usm_ber_take(&rest, GATE_OCTET_STRING, &message->engine_id) &&
           message->engine_id.size <= USM_ENGINE_ID_MAX && usm_ber_number(&rest, &message->boots) &&
           usm_ber_number(&rest, &message->time_s) &&
           usm_ber_take(&rest, GATE_OCTET_STRING, &message->user) &&
           message->user.size <= USM_NAME_MAX &&
           usm_ber_take(&rest, GATE_OCTET_STRING, &message->tag) &&
           usm_ber_take(&rest, GATE_OCTET_STRING, &message->salt) && rest.at == rest.end;
}

/* Reads msgData: it is what the flags say, and the last of the message. */
static bool read_data(struct usm_ber *rest, struct usm_message *message)
{
    const uint8_t *start = rest->at;
    bool is_sealed = (message->flags & USM_FLAG_PRIV) != 0;
    if (!usm_ber_take(rest, is_sealed ? GATE_OCTET_STRING : GATE_SEQUENCE, &message->data) ||
        rest->at != rest->end) {
        return false;
    }
    if (!is_sealed) {
        message->data = bytes_of(start, (size_t)(rest->at - start));
    }
    return true;
}

int usm_open(struct bytes datagram, struct usm_message *out)
{
    struct usm_message message = {.whole = datagram};
    struct bytes content;
    struct bytes part;
    uint32_t version;
    if (datagram.size == 0 || datagram.size > DATAGRAM_MAX_BYTES) {
        return BASE_EUSM_PARSE;
    }
    struct usm_ber outer = usm_ber_over(datagram);
    if (!usm_ber_take(&outer, GATE_SEQUENCE, &content) || outer.at != outer.end) {
        return BASE_EUSM_PARSE;
    }
    struct usm_ber rest = usm_ber_over(content);
    if (!usm_ber_number(&rest, &version) || version != VERSION_3 ||
        !usm_ber_take(&rest, GATE_SEQUENCE, &part)) {
        return BASE_EUSM_PARSE;
    }
    int status = read_global(part, &message);
    if (status != 0) {
        return status;
    }
    if (!usm_ber_take(&rest, GATE_OCTET_STRING, &part) || !read_security(part, &message) ||
        !read_data(&rest, &message)) {
        return BASE_EUSM_PARSE;
    }
    *out = message;
    return 0;
}

int usm_report_status(const struct gate_varbind *varbinds, size_t count)
{
    /* usmStats, 1.3.6.1.6.3.15.1.1; its objects 1 to 6 are these, in this order. */
    static const uint8_t USM_STATS[] = {0x2b, 6, 1, 6, 3, 15, 1, 1};
    static const int STATUSES[] = {
        BASE_EREPORT_LEVEL,  BASE_EREPORT_WINDOW, BASE_EREPORT_USER,
        BASE_EREPORT_ENGINE, BASE_EREPORT_DIGEST, BASE_EREPORT_DECRYPT,
    };
    const size_t prefix = sizeof USM_STATS;
    if (count == 0) {
        return BASE_EREPORT_OTHER;
    }
    const uint8_t *name = varbinds[0].name;
    size_t size = varbinds[0].name_size;
    /* With the instance, .0; without it when a device forgets it. */
    bool is_scalar = size == prefix + 1 || (size == prefix + 2 && name[prefix + 1] == 0);
    if (!is_scalar || memcmp(name, USM_STATS, prefix) != 0 || name[prefix] == 0 ||
        name[prefix] > BASE_ARRAY_COUNT(STATUSES)) {
        return BASE_EREPORT_OTHER;
    }
    return STATUSES[name[prefix] - 1];
}
