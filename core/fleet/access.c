#include "core/fleet/access.h"

_Static_assert(CREDENTIALS_MAX <= 64, "a bit for each credential");

static uint64_t bit(unsigned index)
{
    return UINT64_C(1) << index;
}

static bool is_user(const struct access *access, unsigned index)
{
    return access->list->items[index].version == PDU_V3;
}

/* Those of a set that are users of v3. */
static uint64_t users(const struct access *access, uint64_t set)
{
    uint64_t found = 0;
    for (uint64_t rest = set; rest != 0; rest &= rest - 1) {
        unsigned index = (unsigned)__builtin_ctzll(rest);
        found |= is_user(access, index) ? bit(index) : 0;
    }
    return found;
}

/* Those of a set that sign their messages. */
static uint64_t signers(const struct access *access, uint64_t set)
{
    uint64_t found = 0;
    for (uint64_t rest = users(access, set); rest != 0; rest &= rest - 1) {
        unsigned index = (unsigned)__builtin_ctzll(rest);
        found |= access->list->items[index].user.auth != USM_NO_AUTH ? bit(index) : 0;
    }
    return found;
}

/* The same community in the other version. */
static uint64_t twin(const struct access *access, unsigned index)
{
    const struct credential *item = &access->list->items[index];
    for (unsigned i = 0; i < access->list->count; i++) {
        const struct credential *other = &access->list->items[i];
        if (i != index && item->version != PDU_V3 && other->version != PDU_V3 &&
            strcmp(item->name, other->name) == 0 &&
            bytes_equal(bytes_of(item->community, item->community_size),
                        bytes_of(other->community, other->community_size))) {
            return bit(i);
        }
    }
    return 0;
}

/* A device that must be asked in v1 is not asked by a community in v2c that may be asked in v1, as
 * long as it answers (facts 4.1 #1). */
static bool is_beyond(const struct access *access, unsigned index, const struct learned *learned)
{
    return learned->limits.version == 1 && !learned->is_doubted &&
           access->list->items[index].version == PDU_V2C && twin(access, index) != 0;
}

static uint64_t candidates(const struct access *access, const struct access_terms *terms)
{
    uint64_t found = 0;
    if (terms->only != NULL) {
        return bit((unsigned)(terms->only - access->list->items));
    }
    for (unsigned i = 0; i < access->list->count; i++) {
        /* With one attempt in all there is none for the other version. */
        bool is_spare = access->attempts_all == 1 && (twin(access, i) & found) != 0;
        if (!is_spare && !is_beyond(access, i, terms->learned) &&
            credential_covers(access->list, i, terms->address)) {
            found |= bit(i);
        }
    }
    return found;
}

static unsigned ways(const struct access *access, uint64_t set)
{
    uint64_t of_users = users(access, set);
    return (unsigned)__builtin_popcountll(set & ~of_users) + (of_users != 0);
}

/* What worked last time. Before credentials had names, the version alone was kept. */
static uint8_t find_remembered(const struct access *access, const struct learned *learned)
{
    for (uint64_t rest = access->left; rest != 0; rest &= rest - 1) {
        unsigned index = (unsigned)__builtin_ctzll(rest);
        const struct credential *item = &access->list->items[index];
        bool is_it = learned->credential != 0
                         ? credential_key(item) == learned->credential
                         : item->version == (enum pdu_version)learned->snmp_version;
        if (is_it) {
            return (uint8_t)index;
        }
    }
    return ACCESS_NOBODY;
}

/* The attempts of a way in a search: a device that takes both versions of a community answers one
 * of them, so that together they are one and a half. */
static uint8_t search_attempts(const struct access *access, unsigned index)
{
    if (index == access->heard) {
        return (uint8_t)(access->attempts_all + 1);
    }
    if (access->is_alone && access->heard != ACCESS_NOBODY) {
        return 1;
    }
    bool is_twin = !is_user(access, index) && (twin(access, index) & access->covering) != 0;
    return (uint8_t)(is_twin ? (access->attempts_all + 2u) / 2u : access->attempts_all);
}

/* The part of the attempts that the next way gets, the larger half when one more follows. */
static void share_attempts(struct access *access, unsigned way_count)
{
    if (access->is_search) {
        access->attempts = search_attempts(access, access->index);
        return;
    }
    unsigned attempts = (access->attempts_left + way_count - 1) / way_count;
    access->attempts = (uint8_t)(attempts > 0 ? attempts : 1);
    access->attempts_left = (uint8_t)(access->attempts < access->attempts_left
                                          ? access->attempts_left - access->attempts
                                          : 0);
}

/* The attempts of a question that no other way competes with: of a known device the last half are
 * for knocking. Once it has left a user unanswered, the next ones get half. */
static void take_attempts(struct access *access)
{
    bool is_half = access->is_known || access->was_user_silent;
    unsigned kept = is_half ? access->attempts_all / 2u : 0;
    access->attempts = (uint8_t)(access->attempts_all - kept);
}

static enum access_step choose(struct access *access)
{
    uint64_t of_users = users(access, access->left);
    if (access->left == 0) {
        return ACCESS_END;
    }
    /* A device that speaks v3 is asked in v3 first: it answers at once, right or wrong. */
    bool has_spoken = access->has_engine && of_users != 0;
    unsigned index = (unsigned)__builtin_ctzll(has_spoken ? of_users : access->left);
    if (is_user(access, index) && access->remembered != ACCESS_NOBODY &&
        (of_users & bit(access->remembered)) != 0) {
        index = access->remembered;
    }
    unsigned way_count = ways(access, access->left);
    access->index = (uint8_t)index;
    access->left &= ~bit(index);
    access->is_knocking = false;
    if (has_spoken) {
        take_attempts(access);
        return ACCESS_ASK;
    }
    if (way_count == 1 && access->is_known && !is_user(access, index) && !access->was_silent) {
        take_attempts(access);
        return ACCESS_ASK;
    }
    share_attempts(access, way_count);
    access->is_discovering = is_user(access, index);
    if (access->is_discovering) {
        return ACCESS_DISCOVER;
    }
    access->is_knocking = access->was_silent && access->is_known;
    return access->is_knocking ? ACCESS_KNOCK : ACCESS_ASK;
}

/* Those that come before one in the list and protect better, or are of a higher version where
 * neither protects. */
static uint64_t better(const struct access *access, unsigned index)
{
    const struct credential *than = &access->list->items[index];
    uint64_t found = 0;
    for (uint64_t rest = access->left & (bit(index) - 1); rest != 0; rest &= rest - 1) {
        unsigned before = (unsigned)__builtin_ctzll(rest);
        const struct credential *item = &access->list->items[before];
        if (credential_rank(item) > credential_rank(than) || item->version > than->version) {
            found |= bit(before);
        }
    }
    return found;
}

/* Begins with what a scan has been answered to. */
static void begin_heard(struct access *access, unsigned index)
{
    uint64_t way = is_user(access, index) ? users(access, access->left) : bit(index);
    uint64_t first = way | better(access, index);
    access->heard = (uint8_t)index;
    access->is_alone = true;
    access->others = access->left & ~first;
    access->left &= first;
}

enum access_step access_start(struct access *access, const struct access_terms *terms)
{
    const struct learned *learned = terms->learned;
    *access = (struct access){.list = terms->list,
                              .remembered = ACCESS_NOBODY,
                              .heard = ACCESS_NOBODY,
                              .error_index = ACCESS_NOBODY,
                              .attempts_all = terms->attempts,
                              .attempts_left = terms->attempts,
                              .is_known = terms->is_known,
                              .has_rediscovered = terms->is_rediscovered,
                              .is_search = terms->is_search};
    access->left = candidates(access, terms);
    access->covering = access->left;
    if (access->left == 0) {
        access->error = BASE_ECREDENTIAL;
        return ACCESS_END;
    }
    if (terms->heard != 0) {
        begin_heard(access, terms->heard - 1u);
        return choose(access);
    }
    access->remembered = find_remembered(access, learned);
    if (access->remembered == ACCESS_NOBODY) {
        return choose(access);
    }
    if (terms->is_review && better(access, access->remembered) != 0) {
        access->remembered = ACCESS_NOBODY; /* it waits for its turn in the list */
        return choose(access);
    }
    if (!learned->is_doubted) {
        access->is_alone = true;
        access->others = access->left & ~bit(access->remembered);
        access->left = bit(access->remembered);
        access->has_engine = is_user(access, access->remembered) && learned->engine.size > 0;
    }
    return choose(access);
}

/* The device is there: what is left may be asked, each with attempts of its own. */
static void hear(struct access *access)
{
    if (access->is_alone) {
        access->is_alone = false;
        access->left |= access->others;
        access->attempts_left = access->attempts_all;
    }
}

enum access_step access_discovered(struct access *access)
{
    access->has_engine = true;
    access->has_discovered = true;
    access->is_discovering = false;
    access->is_knocking = access->is_checking;
    take_attempts(access);
    access->is_checking = false;
    return access->is_knocking ? ACCESS_KNOCK : ACCESS_ASK;
}

/* How much an error tells: how far the device let us in. */
static unsigned telling(int error)
{
    switch (error) {
    case 0:
        return 0;
    case BASE_ETIMEOUT:
        return 1;
    case BASE_EREFUSED:
        return 10;
    case BASE_EREPORT_DECRYPT:
    case BASE_EUSM_DECRYPT:
        return 9;
    case BASE_EREPORT_WINDOW:
    case BASE_EUSM_WINDOW:
    case BASE_EUSM_LATCHED:
        return 8;
    case BASE_EREPORT_DIGEST:
    case BASE_EUSM_DIGEST:
        return 7;
    case BASE_EREPORT_LEVEL:
        return 6;
    case BASE_EUSM_SILENCE:
        return 5;
    case BASE_EREPORT_USER:
        return 4;
    default:
        return base_is_security(error) ? 3 : 2;
    }
}

static void note(struct access *access, int error)
{
    if (telling(error) > telling(access->error)) {
        access->error = error;
        access->error_index = access->index;
    }
}

/* The usual question was not answered. Whether a user of v3 is, is not known before somebody is
 * found to be there. */
static enum access_step knock(struct access *access)
{
    access->is_checking = access->is_alone && access->has_engine && !access->has_discovered;
    access->is_discovering = access->is_checking;
    access->is_knocking = !access->is_checking;
    return access->is_checking ? ACCESS_REDISCOVER : ACCESS_KNOCK;
}

static enum access_step fail_silent(struct access *access)
{
    bool was_user = is_user(access, access->index);
    bool is_way_alone = access->left == 0 && !access->was_silent;
    bool may_knock = !access->is_discovering && !access->is_knocking && access->is_known &&
                     (is_way_alone || (was_user && !access->was_user_silent));
    if (may_knock && access->attempts_all > access->attempts) {
        access->attempts = (uint8_t)(access->attempts_all - access->attempts);
        return knock(access);
    }
    if (access->is_discovering) {
        access->left &= ~users(access, access->left);
        access->is_discovering = false;
    }
    access->was_user_silent = access->was_user_silent || was_user;
    access->was_silent = true;
    bool is_heard_left = access->heard != ACCESS_NOBODY && (access->left & bit(access->heard)) != 0;
    if ((access->is_search || access->has_discovered) && !is_heard_left) {
        hear(access); /* it is there; or another device may have come here */
    }
    return choose(access);
}

static bool is_about_engine(int status)
{
    return status == BASE_EREPORT_ENGINE || status == BASE_EUSM_ENGINE;
}

static bool is_about_window(int status)
{
    return status == BASE_EREPORT_WINDOW || status == BASE_EUSM_WINDOW;
}

static enum access_step fail_engine(struct access *access)
{
    if (access->is_discovering || access->has_rediscovered) {
        access->left &= ~users(access, access->left);
        access->is_discovering = false;
        access->has_engine = false;
        return choose(access);
    }
    access->has_rediscovered = true;
    access->has_engine = false;
    access->is_discovering = true;
    access->attempts = access->attempts_all;
    return ACCESS_REDISCOVER;
}

static enum access_step fail_window(struct access *access, int status)
{
    if (access->has_retimed || status == BASE_EUSM_LATCHED) {
        access->left &= ~signers(access, access->left);
        return choose(access);
    }
    access->has_retimed = true;
    access->is_knocking = false;
    take_attempts(access);
    return ACCESS_RETIME;
}

enum access_step access_failed(struct access *access, int status)
{
    bool is_ignored = status == BASE_ETIMEOUT && access->has_discovered &&
                      !access->is_discovering && is_user(access, access->index);
    /* Many devices drop what they cannot decrypt: a wrong privacy password looks like this. */
    note(access, is_ignored ? BASE_EUSM_SILENCE : status);
    if (status == BASE_ETIMEOUT) {
        return fail_silent(access);
    }
    if (status == BASE_ELIMIT && access->is_known && !access->is_knocking) {
        access->is_knocking = true; /* the question does not fit the device's longest message */
        access->attempts = access->attempts_all;
        return ACCESS_KNOCK;
    }
    if (!base_is_security(status)) {
        return ACCESS_END;
    }
    hear(access);
    if (access->is_discovering || is_about_engine(status)) {
        return fail_engine(access);
    }
    if (is_about_window(status) || status == BASE_EUSM_LATCHED) {
        return fail_window(access, status);
    }
    return choose(access);
}

enum access_step access_interrupted(struct access *access, int status)
{
    if (is_about_window(status) && !access->has_retimed) {
        access->has_retimed = true;
        return ACCESS_RETIME;
    }
    if (is_about_engine(status) && !access->has_rediscovered) {
        access->has_rediscovered = true;
        return ACCESS_REDISCOVER;
    }
    return ACCESS_END;
}

enum access_step access_refused(struct access *access)
{
    note(access, BASE_EREFUSED);
    hear(access);
    access->left &= ~twin(access, access->index);
    return choose(access);
}

const struct credential *access_current(const struct access *access)
{
    return &access->list->items[access->index];
}

const struct credential *access_blamed(const struct access *access)
{
    bool is_about_one = base_is_security(access->error) || access->error == BASE_EREFUSED;
    return is_about_one && access->error_index != ACCESS_NOBODY
               ? &access->list->items[access->error_index]
               : NULL;
}
