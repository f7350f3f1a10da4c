#include "core/fleet/probe.h"

#include "proto/oid.h"
#include "proto/vendor.h"

/* The order in which they are asked. */
enum probe_place {
    PROBE_SYS_DESCR,
    PROBE_SYS_OBJECT_ID,
    PROBE_SYS_NAME,
    PROBE_HR_DEVICE_TYPE,
    PROBE_PRINTER_MIB,
};

struct probe_name {
    uint8_t octets[16];
    uint8_t size;
};

/* Content octets of the names. */
static const struct probe_name names[PROBE_NAMES] = {
    [PROBE_SYS_DESCR] = {{0x2b, 6, 1, 2, 1, 1, 1}, 7},
    [PROBE_SYS_OBJECT_ID] = {{0x2b, 6, 1, 2, 1, 1, 2}, 7},
    [PROBE_SYS_NAME] = {{0x2b, 6, 1, 2, 1, 1, 5}, 7},
    [PROBE_HR_DEVICE_TYPE] = {{0x2b, 6, 1, 2, 1, 25, 3, 2, 1, 2}, 10},
    [PROBE_PRINTER_MIB] = {{0x2b, 6, 1, 2, 1, 43}, 6},
};

/* hrDevicePrinter (RFC 2790). */
static const uint8_t printer_type[] = {0x2b, 6, 1, 2, 1, 25, 3, 1, 5};

static struct bytes name_at(enum probe_place place)
{
    return bytes_of(names[place].octets, names[place].size);
}

void probe_ask(struct plan_question *question)
{
    for (unsigned i = 0; i < PROBE_NAMES; i++) {
        question->names[i] = name_at((enum probe_place)i);
    }
    question->max_varbinds = PROBE_NAMES;
    question->pdu =
        (struct pdu_request){.pdu = GATE_GETNEXT, .names = question->names, .count = PROBE_NAMES};
}

/* The varbind that answers for a name: NULL when something else stands there. */
static const struct gate_varbind *answer_to(enum probe_place place,
                                            const struct gate_varbind *varbinds, size_t count)
{
    if (place >= count) {
        return NULL;
    }
    const struct gate_varbind *varbind = &varbinds[place];
    bool is_there = varbind->tag != GATE_NO_SUCH_OBJECT && varbind->tag != GATE_NO_SUCH_INSTANCE &&
                    varbind->tag != GATE_END_OF_MIB_VIEW;
    bool is_its = oid_is_below(bytes_of(varbind->name, varbind->name_size), name_at(place));
    return is_there && is_its ? varbind : NULL;
}

bool probe_is_other(const struct gate_varbind *varbinds, size_t count)
{
    const struct gate_varbind *id = answer_to(PROBE_SYS_OBJECT_ID, varbinds, count);
    const struct gate_varbind *type = answer_to(PROBE_HR_DEVICE_TYPE, varbinds, count);
    if (count != PROBE_NAMES || id == NULL || id->tag != GATE_OID ||
        answer_to(PROBE_PRINTER_MIB, varbinds, count) != NULL) {
        return false;
    }
    struct bytes object_id = bytes_of(id->value, id->value_size);
    bool has_printer = type != NULL && type->tag == GATE_OID &&
                       bytes_equal(bytes_of(type->value, type->value_size),
                                   bytes_of(printer_type, sizeof(printer_type)));
    return object_id.size > 1 && !has_printer && vendor_of_object_id(object_id) == NULL;
}

void probe_record(struct record_writer *record, uint8_t *data, const struct gate_varbind *varbinds,
                  size_t count)
{
    static const struct {
        enum probe_place place;
        enum object_id object;
    } kept[] = {{PROBE_SYS_DESCR, OBJECT_SYS_DESCR},
                {PROBE_SYS_OBJECT_ID, OBJECT_SYS_OBJECT_ID},
                {PROBE_SYS_NAME, OBJECT_SYS_NAME}};
    record_start(record, data, PROBE_RECORD_BYTES);
    for (size_t i = 0; i < BASE_ARRAY_COUNT(kept); i++) {
        const struct gate_varbind *varbind = answer_to(kept[i].place, varbinds, count);
        if (varbind != NULL) {
            /* What does not fit, an index of a kilobyte, is left out. */
            int status = record_put_varbind(record, (uint8_t)kept[i].object, varbind,
                                            names[kept[i].place].size);
            BASE_REQUIRE(status == 0 || status == BASE_ELIMIT);
        }
    }
}
