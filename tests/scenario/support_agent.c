#include "tests/scenario/support_agent.h"

#include <stdio.h>
#include <stdlib.h>

#define TAG_NULL            0x05
#define TAG_GET             0xa0
#define TAG_GETNEXT         0xa1
#define TAG_RESPONSE        0xa2
#define TAG_GETBULK         0xa5
#define TAG_NO_SUCH         0x81
#define TAG_END             0x82
#define ERROR_TOO_BIG       1
#define ERROR_NO_NAME       2
#define ERROR_GENERR        5
#define ERROR_AUTHORIZATION 16

void agent_mib_free(struct agent_mib *mib)
{
    for (size_t i = 0; i < mib->count; i++) {
        free(mib->entries[i].value);
    }
    free(mib->entries);
    *mib = (struct agent_mib){0};
}

struct agent_entry *agent_mib_put(struct agent_mib *mib, const char *column, const char *index,
                                  uint8_t tag, struct bytes value)
{
    char text[256];
    if (mib->count == mib->cap) {
        mib->cap = mib->cap == 0 ? 64 : mib->cap * 2;
        mib->entries = realloc(mib->entries, mib->cap * sizeof(*mib->entries));
        BASE_REQUIRE(mib->entries != NULL);
    }
    struct agent_entry *entry = &mib->entries[mib->count++];
    *entry = (struct agent_entry){.tag = tag, .value_size = (uint16_t)value.size};
    struct support_oid column_oid = support_oid(column);
    entry->column_size = (uint8_t)support_oid_encode(&column_oid, entry->name);
    entry->column_count = (uint8_t)column_oid.count;
    snprintf(text, sizeof(text), "%s%s%s", column, index[0] != '\0' ? "." : "", index);
    entry->oid = support_oid(text);
    entry->name_size = (uint8_t)support_oid_encode(&entry->oid, entry->name);
    entry->value = malloc(value.size + 1);
    BASE_REQUIRE(entry->value != NULL);
    if (value.size > 0) {
        memcpy(entry->value, value.data, value.size);
    }
    return entry;
}

struct agent_entry *agent_mib_put_number(struct agent_mib *mib, const char *column,
                                         const char *index, uint8_t tag, int64_t number)
{
    uint8_t content[9];
    size_t size = support_number_encode(tag, number, content);
    return agent_mib_put(mib, column, index, tag, bytes_of(content, size));
}

void agent_mib_drop(struct agent_mib *mib, const char *root)
{
    struct support_oid root_oid = support_oid(root);
    size_t kept = 0;
    for (size_t i = 0; i < mib->count; i++) {
        if (support_oid_is_within(&mib->entries[i].oid, &root_oid)) {
            free(mib->entries[i].value);
        } else {
            mib->entries[kept++] = mib->entries[i];
        }
    }
    mib->count = kept;
}

static int compare_entries(const void *a, const void *b)
{
    const struct agent_entry *one = a;
    const struct agent_entry *two = b;
    return support_oid_compare(&one->oid, &two->oid);
}

void agent_mib_sort(struct agent_mib *mib)
{
    qsort(mib->entries, mib->count, sizeof(*mib->entries), compare_entries);
    for (size_t i = 1; i < mib->count; i++) {
        BASE_REQUIRE(compare_entries(&mib->entries[i - 1], &mib->entries[i]) < 0);
    }
}

/* Index of the first entry after `oid`; of `oid` itself when it is there and may be. */
static size_t seek(const struct agent_mib *mib, const struct support_oid *oid, bool may_be_same)
{
    size_t low = 0;
    size_t high = mib->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = support_oid_compare(&mib->entries[middle].oid, oid);
        if (order > 0 || (order == 0 && may_be_same)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

const struct agent_entry *agent_mib_find(const struct agent_mib *mib, const struct support_oid *oid)
{
    size_t at = seek(mib, oid, true);
    bool is_there = at < mib->count && support_oid_compare(&mib->entries[at].oid, oid) == 0;
    return is_there ? &mib->entries[at] : NULL;
}

static bool is_same_column(const struct agent_entry *a, const struct agent_entry *b)
{
    return a != NULL && b != NULL && a->column_size == b->column_size &&
           memcmp(a->name, b->name, a->column_size) == 0;
}

/* A row that the table does not have, after the row `asked`; NULL when that is no row. */
static const struct agent_entry *make_row(const struct agent *agent,
                                          const struct support_oid *asked)
{
    static struct agent_entry made;
    size_t at = seek(agent->mib, asked, false);
    if (at == 0) {
        return NULL;
    }
    made = agent->mib->entries[at - 1];
    made.oid.count = made.column_count;
    if (!support_oid_is_within(asked, &made.oid) || asked->count == made.column_count) {
        return NULL;
    }
    made.oid = *asked;
    if (agent->habits.walk == AGENT_WALK_ENDLESS) {
        made.oid.arcs[made.oid.count - 1]++;
    } else if (made.oid.count < SUPPORT_ARCS_MAX) {
        made.oid.arcs[made.oid.count++] = 1;
    } else {
        return NULL;
    }
    made.name_size = (uint8_t)support_oid_encode(&made.oid, made.name);
    return &made;
}

/* A name that no honest agent would give after `asked`; NULL = this step is right. */
static const struct agent_entry *next_wrongly(const struct agent *agent,
                                              const struct support_oid *asked,
                                              const struct agent_entry *right)
{
    const struct agent_mib *mib = agent->mib;
    const struct agent_entry *same = agent_mib_find(mib, asked);
    struct support_oid start = support_oid("1.3.6.1.2.1.1.1.0");
    switch (agent->habits.walk) {
    case AGENT_WALK_REPEATS:
        return same;
    case AGENT_WALK_BACKWARD:
        return same > mib->entries && is_same_column(same - 1, same) ? same - 1 : NULL;
    case AGENT_WALK_ENDLESS:
    case AGENT_WALK_DEEPENS:
        return make_row(agent, asked);
    case AGENT_WALK_TO_START:
        return same != NULL && !is_same_column(right, same) ? agent_mib_find(mib, &start) : NULL;
    case AGENT_WALK_RIGHT:
    case AGENT_WALK_GENERR:
    case AGENT_WALK_PASSES:
        return NULL;
    }
    return NULL;
}

/* Returns: what comes after `asked`; NULL at the end of the MIB. */
static const struct agent_entry *next(const struct agent *agent, const struct support_oid *asked)
{
    size_t at = seek(agent->mib, asked, false);
    const struct agent_entry *right = at < agent->mib->count ? &agent->mib->entries[at] : NULL;
    if (agent->habits.walk == AGENT_WALK_PASSES) {
        struct support_oid root = support_oid(agent->habits.wrong_root);
        while (at < agent->mib->count &&
               support_oid_is_within(&agent->mib->entries[at].oid, &root)) {
            at++;
        }
        return at < agent->mib->count ? &agent->mib->entries[at] : NULL;
    }
    if (agent->habits.walk != AGENT_WALK_RIGHT) {
        struct support_oid root = support_oid(agent->habits.wrong_root);
        const struct agent_entry *wrong =
            support_oid_is_within(asked, &root) ? next_wrongly(agent, asked, right) : NULL;
        return wrong != NULL ? wrong : right;
    }
    return right;
}

static bool is_generr(const struct agent *agent, const struct support_oid *asked)
{
    if (agent->habits.walk != AGENT_WALK_GENERR) {
        return false;
    }
    struct support_oid root = support_oid(agent->habits.wrong_root);
    return support_oid_is_within(asked, &root);
}

static void put_entry(const struct agent *agent, const struct agent_entry *entry, int64_t now_us,
                      struct support_octets *list)
{
    uint8_t content[9];
    struct bytes value = bytes_of(entry->value, entry->value_size);
    int64_t number = 0;
    switch (entry->source) {
    case AGENT_UPTIME:
        number = (now_us - agent->booted_us) / 10000 & UINT32_MAX;
        break;
    case AGENT_CONFIG_CHANGES:
        number = agent->config_changes;
        break;
    case AGENT_PAGES:
        number = agent->pages;
        break;
    case AGENT_FIXED:
        break;
    }
    if (entry->source != AGENT_FIXED) {
        value = bytes_of(content, support_number_encode(entry->tag, number, content));
    }
    support_put_varbind(list, bytes_of(entry->name, entry->name_size), entry->tag, value);
}

static void put_marker(const struct support_oid *oid, uint8_t tag, struct support_octets *list)
{
    uint8_t name[SUPPORT_ARCS_MAX * 5];
    size_t size = support_oid_encode(oid, name);
    support_put_varbind(list, bytes_of(name, size), tag, bytes_of(NULL, 0));
}

static int32_t error_index(const struct agent *agent, uint32_t right)
{
    switch (agent->habits.index) {
    case AGENT_INDEX_ZERO:
        return 0;
    case AGENT_INDEX_99:
        return 99;
    case AGENT_INDEX_NEGATIVE:
        return -1;
    case AGENT_INDEX_RIGHT:
        break;
    }
    return (int32_t)right;
}

/* A refusal: v1 gives the question's varbinds back, v2c may leave them out. */
static size_t refuse(const struct agent *agent, struct support_message *message, int32_t status,
                     uint32_t index, struct support_octets *out)
{
    static struct support_octets list;
    list.size = 0;
    for (uint32_t i = 0; i < message->count && status != ERROR_TOO_BIG; i++) {
        put_marker(&message->names[i], TAG_NULL, &list);
    }
    message->pdu = TAG_RESPONSE;
    message->status = status;
    message->index = status == ERROR_TOO_BIG ? 0 : error_index(agent, index);
    support_message_write(message, bytes_of(list.data, list.size), out);
    return out->size;
}

/* Adds one answer. Returns: the error-status that the whole question gets, 0 for none. */
static int32_t put_answer(const struct agent *agent, const struct support_message *message,
                          const struct support_oid *asked, int64_t now_us,
                          struct support_octets *list, struct support_oid *given)
{
    const struct agent_entry *entry =
        message->pdu == TAG_GET ? agent_mib_find(agent->mib, asked) : next(agent, asked);
    *given = *asked;
    if (is_generr(agent, asked)) {
        return ERROR_GENERR;
    }
    if (entry != NULL) {
        *given = entry->oid;
        put_entry(agent, entry, now_us, list);
    } else if (message->version == 0) {
        return ERROR_NO_NAME;
    } else {
        put_marker(asked, message->pdu == TAG_GET ? TAG_NO_SUCH : TAG_END, list);
    }
    return 0;
}

/* Fills the varbind list. Returns: 0, or the error-status with the place in *index. */
static int32_t fill(const struct agent *agent, struct support_message *message, int64_t now_us,
                    struct support_octets *list, uint32_t *index)
{
    bool is_bulk = message->pdu == TAG_GETBULK;
    uint32_t singles = is_bulk ? (uint32_t)message->status : message->count;
    uint32_t most = agent->habits.bulk_varbinds > 0 && is_bulk ? agent->habits.bulk_varbinds
                                                               : SUPPORT_NAMES_MAX * 100;
    uint32_t put = 0;
    singles = singles < message->count ? singles : message->count;
    uint32_t rounds = singles < message->count ? (uint32_t)message->index : 0;
    for (uint32_t round = 0; round <= rounds; round++) {
        uint32_t from = round == 0 ? 0 : singles;
        uint32_t to = round == 0 ? singles : message->count;
        for (uint32_t i = from; i < to && put < most; i++, put++) {
            int32_t status =
                put_answer(agent, message, &message->names[i], now_us, list, &message->names[i]);
            if (status != 0) {
                *index = i + 1;
                return status;
            }
            if (list->size > 60000) {
                return 0;
            }
        }
    }
    return 0;
}

static bool is_deaf_to(const struct agent *agent, const struct support_message *message)
{
    const struct agent_habits *habits = &agent->habits;
    return (habits->is_v1_only && message->version != 0) ||
           (habits->is_v2_only && message->version != 1) || message->version > 1 ||
           (habits->is_bulk_silent && message->pdu == TAG_GETBULK) ||
           (message->pdu != TAG_GET && message->pdu != TAG_GETNEXT &&
            message->pdu != TAG_GETBULK) ||
           (message->version == 0 && message->pdu == TAG_GETBULK) ||
           !bytes_equal(message->community, agent->community);
}

/* Says whether a question has names below the root of what upsets the agent; *is_mixed: and others
 * beside them. */
static bool is_upsetting(const struct agent *agent, const struct support_message *message,
                         bool *is_mixed)
{
    uint32_t within = 0;
    if (agent->habits.temper == AGENT_TEMPER_EVEN) {
        return false;
    }
    struct support_oid root = support_oid(agent->habits.wrong_root);
    for (uint32_t i = 0; i < message->count; i++) {
        within += support_oid_is_within(&message->names[i], &root) ? 1 : 0;
    }
    *is_mixed = within > 0 && within < message->count;
    return within > 0;
}

size_t agent_answer(struct agent *agent, struct bytes request, int64_t now_us,
                    struct support_octets *out)
{
    static struct support_octets list;
    static struct support_message message;
    static struct support_message asked;
    const struct agent_habits *habits = &agent->habits;
    uint32_t index = 0;
    if (!support_message_read(request, &message) || is_deaf_to(agent, &message)) {
        return 0;
    }
    bool is_mixed = false;
    bool is_upset = is_upsetting(agent, &message, &is_mixed);
    if ((is_upset && habits->temper == AGENT_TEMPER_SILENT) ||
        (is_mixed && habits->temper == AGENT_TEMPER_MIXED_SILENT)) {
        return 0;
    }
    agent->questions++;
    asked = message;
    message.version ^= habits->is_v1_answered_in_v2 ? 1 : 0;
    asked.version = message.version;
    if (habits->is_closed) {
        return refuse(agent, &asked, ERROR_AUTHORIZATION, 0, out);
    }
    if ((is_mixed && habits->temper == AGENT_TEMPER_MIXED_GENERR) ||
        (habits->is_bulk_generr && message.pdu == TAG_GETBULK) ||
        (habits->names_max > 0 && message.count > habits->names_max)) {
        return refuse(agent, &asked, ERROR_GENERR, 0, out);
    }
    list.size = 0;
    int32_t status = habits->is_empty ? 0 : fill(agent, &message, now_us, &list, &index);
    if (status != 0) {
        return refuse(agent, &asked, status, index, out);
    }
    message.pdu = TAG_RESPONSE;
    message.status = 0;
    message.index = 0;
    support_message_write(&message, bytes_of(list.data, list.size), out);
    if (habits->silent_above > 0 && out->size > habits->silent_above) {
        return 0;
    }
    if (habits->too_big_above > 0 && out->size > habits->too_big_above) {
        return refuse(agent, &asked, ERROR_TOO_BIG, 0, out);
    }
    return out->size;
}
