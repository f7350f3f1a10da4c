/*
 * Arbitrary values of wanted objects, as a hostile device may give them: the reading must decode,
 * explain itself, and show nothing but clean UTF-8. The input is a run of entries: object, index
 * size (low three bits) with the part (high bit), index, tag, value size, value.
 */
#include "core/app/reading_json.h"
#include "core/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t left;
};

/* Takes up to `size` octets. */
static struct bytes take(struct input *input, size_t size)
{
    struct bytes taken = bytes_of(input->data, size < input->left ? size : input->left);
    input->data += taken.size;
    input->left -= taken.size;
    return taken;
}

static uint8_t take_octet(struct input *input)
{
    struct bytes octet = take(input, 1);
    return octet.size == 1 ? octet.data[0] : 0;
}

static void build(struct input *input, struct record_writer parts[2])
{
    while (input->left > 0) {
        uint8_t object = take_octet(input);
        uint8_t sizes = take_octet(input);
        struct bytes index = take(input, sizes & 7);
        uint8_t tag = take_octet(input);
        struct bytes value = take(input, take_octet(input));
        if (record_put(&parts[sizes >> 7], object, index, tag, value) != 0) {
            break;
        }
    }
}

/* No control character may reach a terminal. */
static void require_clean(const char *text)
{
    BASE_REQUIRE(utf8_is_valid(bytes_from_text(text)));
    for (; *text != '\0'; text++) {
        BASE_REQUIRE((uint8_t)*text >= 0x20 && *text != 0x7f);
    }
}

static void require_sane(const struct reading *reading)
{
    for (size_t i = 0; i < reading->supply_count; i++) {
        BASE_REQUIRE(reading->supplies[i].percent >= -1 && reading->supplies[i].percent <= 100);
    }
    for (size_t i = 0; i < reading->meter_count; i++) {
        BASE_REQUIRE(reading->meters[i].value >= 0);
    }
    for (size_t i = 0; i < reading->why_count; i++) {
        BASE_REQUIRE(reading->why[i].field != NULL && reading->why[i].rule != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t buffers[2][RECORD_BYTES_MAX];
    static struct reading reading;
    static struct json json;
    struct input input = {data, size};
    struct record_writer parts[2];
    struct record_header header = {
        .part = RECORD_STATIC, .address_family = 4, .address = {192, 0, 2, 1}, .port = 161};
    struct bytes static_part;

    if (reading.arena == NULL) {
        json_init(&json);
        if (reading_init(&reading) != 0) {
            return 0;
        }
    }
    record_start(&parts[0], buffers[0], sizeof(buffers[0]));
    record_start(&parts[1], buffers[1], sizeof(buffers[1]));
    build(&input, parts);
    static_part = record_finish(&parts[0], &header);
    header.part = RECORD_MOVING;
    BASE_REQUIRE(reading_decode(&reading, static_part, record_finish(&parts[1], &header),
                                size % 2 == 1) == 0);
    require_sane(&reading);
    json_reset(&json);
    reading_json(&json, &reading, NULL);
    reading_json_why(&json, &reading);
    BASE_REQUIRE(json_status(&json) == 0);
    require_clean(json_text(&json));
    return 0;
}
