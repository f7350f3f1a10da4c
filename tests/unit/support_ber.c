#include "tests/unit/support_ber.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/base.h"

static void put(struct support_ber *ber, const void *data, size_t size)
{
    BASE_REQUIRE(size <= SUPPORT_BER_CAP - ber->size);
    if (size > 0) {
        memcpy(ber->data + ber->size, data, size);
    }
    ber->size += size;
}

static void put_octet(struct support_ber *ber, size_t octet)
{
    uint8_t value = (uint8_t)octet;
    put(ber, &value, 1);
}

static uint8_t digit(char character)
{
    static const char DIGITS[] = "0123456789abcdef";
    const char *found = strchr(DIGITS, character);
    BASE_REQUIRE(character != '\0' && found != NULL);
    return (uint8_t)(found - DIGITS);
}

void support_ber_hex(struct support_ber *ber, const char *hex)
{
    while (*hex != '\0') {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        put_octet(ber, (size_t)(digit(hex[0]) << 4 | digit(hex[1])));
        hex += 2;
    }
}

void support_ber_element(struct support_ber *ber, uint8_t tag, struct bytes content)
{
    put_octet(ber, tag);
    if (content.size >= 0x80) {
        put_octet(ber, content.size > UINT8_MAX ? 0x82 : 0x81);
    }
    if (content.size > UINT8_MAX) {
        put_octet(ber, content.size >> 8);
    }
    put_octet(ber, content.size & 0xFF);
    put(ber, content.data, content.size);
}

void support_ber_element_hex(struct support_ber *ber, uint8_t tag, const char *hex)
{
    struct support_ber *content = calloc(1, sizeof *content);
    BASE_REQUIRE(content != NULL);
    support_ber_hex(content, hex);
    support_ber_element(ber, tag, support_ber_bytes(content));
    free(content);
}

void support_ber_varbind(struct support_ber *ber, const struct support_ber_varbind *varbind)
{
    struct support_ber *content = calloc(1, sizeof *content);
    BASE_REQUIRE(content != NULL);
    support_ber_element_hex(content, 0x06, varbind->name_hex);
    support_ber_element_hex(content, varbind->tag, varbind->value_hex);
    support_ber_element(ber, 0x30, support_ber_bytes(content));
    free(content);
}

void support_ber_wrap(struct support_ber *ber, uint8_t version, struct bytes varbinds)
{
    struct support_ber *pdu = calloc(1, sizeof *pdu);
    struct support_ber *message = calloc(1, sizeof *message);
    BASE_REQUIRE(pdu != NULL && message != NULL);
    support_ber_hex(pdu, "02 04 01 02 03 04  02 01 00  02 01 00");
    support_ber_element(pdu, 0x30, varbinds);
    support_ber_element(message, 0x02, bytes_of(&version, 1));
    support_ber_element(message, 0x04, bytes_from_text("public"));
    support_ber_element(message, 0xA2, support_ber_bytes(pdu));
    ber->size = 0;
    support_ber_element(ber, 0x30, support_ber_bytes(message));
    free(pdu);
    free(message);
}

void support_ber_reply(struct support_ber *ber, uint8_t version,
                       const struct support_ber_varbind *varbinds, size_t count)
{
    struct support_ber *list = calloc(1, sizeof *list);
    BASE_REQUIRE(list != NULL);
    for (size_t i = 0; i < count; i++) {
        support_ber_varbind(list, &varbinds[i]);
    }
    support_ber_wrap(ber, version, support_ber_bytes(list));
    free(list);
}
