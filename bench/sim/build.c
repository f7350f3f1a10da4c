#include "bench/sim/build.h"

#include <string.h>

#include "bench/sim/ber.h"

static void push_arc(struct sim_build *build, uint32_t arc)
{
    build->name_length =
        (size_t)(sim_oid_put_arc(build->name + build->name_length, arc) - build->name);
}

void sim_build_column(struct sim_build *build, const char *root, uint32_t column)
{
    if (build->code == 0) {
        build->code = sim_oid_parse(root, strlen(root), build->name, &build->name_length);
    }
    if (build->code == 0) {
        push_arc(build, column);
        build->column_length = build->name_length;
    }
}

void sim_build_at(struct sim_build *build, const char *root, uint32_t column, uint32_t instance)
{
    sim_build_column(build, root, column);
    if (build->code == 0) {
        push_arc(build, instance);
    }
}

void sim_build_row(struct sim_build *build, const char *root, uint32_t column, uint32_t row)
{
    sim_build_at(build, root, column, 1);
    if (build->code == 0) {
        push_arc(build, row);
    }
}

static void add(struct sim_build *build, const uint8_t *tlv, size_t n)
{
    struct sim_mib_entry entry = {
        .name = build->name,
        .name_length = build->name_length,
        .column_length = build->column_length,
        .value_tlv = tlv,
        .value_length = n,
    };

    if (build->code == 0) {
        build->code = sim_mib_add(&build->model->mib, &entry);
    }
}

void sim_build_int(struct sim_build *build, uint8_t tag, int64_t value)
{
    uint8_t tlv[16];

    add(build, tlv, (size_t)(sim_ber_put_int(tlv, tag, value) - tlv));
}

void sim_build_empty(struct sim_build *build)
{
    static const uint8_t tlv[] = {SIM_TAG_OCTETS, 0};

    add(build, tlv, sizeof(tlv));
}

void sim_build_text(struct sim_build *build, const char *text)
{
    uint8_t tlv[SIM_TEXT_MAX + 8];
    size_t n = text == NULL ? 0 : strlen(text);
    uint8_t *end;

    if (n == 0) {
        sim_build_empty(build);
        return;
    }
    n = n < SIM_TEXT_MAX - 1 ? n : SIM_TEXT_MAX - 1;
    if ((build->spec->habits & SIM_HABIT_NUL_PADDING) != 0) {
        n++; /* the terminator itself */
    }
    end = sim_ber_put_bytes(tlv, SIM_TAG_OCTETS, text, n);
    end[-1] = (build->spec->habits & SIM_HABIT_NUL_PADDING) != 0 ? 0 : end[-1];
    add(build, tlv, (size_t)(end - tlv));
}

void sim_build_oid(struct sim_build *build, const char *oid)
{
    uint8_t tlv[SIM_OID_BYTES_MAX + 8];
    uint8_t content[SIM_OID_BYTES_MAX];
    const char *text = oid == NULL ? "0.0" : oid;
    size_t n;

    if (build->code == 0) {
        build->code = sim_oid_parse(text, strlen(text), content, &n);
    }
    if (build->code == 0) {
        add(build, tlv, (size_t)(sim_ber_put_bytes(tlv, SIM_TAG_OID, content, n) - tlv));
    }
}

void sim_build_moving(struct sim_build *build, enum sim_value value, unsigned arg,
                      enum sim_suffix suffix)
{
    struct sim_mib_entry entry = {
        .name = build->name,
        .name_length = build->name_length,
        .column_length = build->column_length,
        .value = (uint16_t)value,
        .arg = (uint8_t)arg,
        .suffix = (uint8_t)suffix,
    };

    if (build->code == 0) {
        build->code = sim_mib_add(&build->model->mib, &entry);
    }
}

void sim_build_pattern(struct sim_build *build, const char *pattern, enum sim_value value,
                       unsigned arg)
{
    if (pattern != NULL && strchr(pattern, '%') == NULL) {
        sim_build_text(build, pattern);
    } else {
        sim_build_moving(build, value, arg, SIM_SUFFIX_NONE);
    }
}
