/*
 * Arbitrary octets as a profile, as a user's folder may hold them. What loads is linked, chosen,
 * asked and applied to the octets themselves read as a recording; every refusal is a sentence.
 */
#include <stdlib.h>

#include "proto/profile.h"
#include "proto/snmprec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int no_recordings(void *context, const char *name, struct snmprec *out)
{
    (void)context;
    (void)name;
    (void)out;
    return BASE_ENOTFOUND;
}

static void use(const struct profile_set *set, const struct varbinds *values)
{
    static struct profile_result result;
    struct profile_supply supply = {.name = "Black Toner, PN 1;SN2", .type = "toner"};
    struct profile_supply_result told;
    struct profile_device device;
    struct profile_limits limits;
    struct profile_error error;
    char texts[PROFILE_DEVICE_BYTES];
    size_t count;

    profile_device_of(values, &device, texts);
    (void)profile_choose(set, &device);
    for (size_t i = 0; i < set->count; i++) {
        const struct profile *profile = set->profiles[i];
        const struct profile_question *questions = profile_questions(profile, &count);
        for (size_t k = 0; k < count; k++) {
            (void)profile_may_ask(profile, &device, questions[k].oid);
        }
        profile_limits(profile, &device, &limits);
        profile_apply(profile, values, 5, &result);
        BASE_REQUIRE(result.meter_count <= PROFILE_METERS_MAX);
        profile_apply_supply(profile, values, &supply, &told);
        BASE_REQUIRE(told.percent <= 100);
        for (size_t k = 0; k < profile_own_rule_count(profile); k++) {
            (void)profile_check_rule(set, profile, k, no_recordings, NULL, &error);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct profile_set set;
    struct profile_error error = {.text = ""};
    struct snmprec values;
    int status;

    if (size > 32768) {
        return 0;
    }
    profile_set_init(&set);
    status = profile_set_add(&set, "fuzz.yaml", bytes_of(data, size), &error);
    BASE_REQUIRE(status == 0 || error.text[0] != '\0');
    if (status == 0 && profile_set_link(&set, &error) == 0 &&
        snmprec_parse(bytes_of(data, size), "1.3.6.1.4.1.9", &values) == 0) {
        use(&set, &values.list);
        snmprec_free(&values);
    }
    profile_set_fini(&set);
    return 0;
}
