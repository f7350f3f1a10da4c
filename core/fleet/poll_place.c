#include "core/fleet/poll_place.h"

#include <stdlib.h>

#include "core/base/hash64.h"
#include "core/fleet/poll_end.h"
#include "core/fleet/poll_work.h"
#include "core/fleet/told.h"
#include "proto/varbinds.h"

/* Pages that a printer may have printed between two looks at it. */
#define PLACE_PAGES_BETWEEN 50

/* By what two printers are told apart, or found to be one. */
struct face {
    uint64_t serial;  /* hash of prtGeneralSerialNumber; 0 = none */
    uint64_t settled; /* of the static part, whatever its order; 0 = not read whole */
    int64_t pages;    /* prtMarkerLifeCount; -1 = none */
};

struct poll_places {
    char names[POLL_PLACES_MAX][POLL_PLACE_NAME_MAX];
    size_t count;
    size_t at;      /* of the one that is polled, plus one */
    bool is_search; /* those never seen are asked, too */
    bool is_known;  /* the one that is polled has been seen */
    int error;      /* the address itself has not answered: its places do not either */
    int64_t since_unix_ms;
    const struct credential *credential;
    struct learned learned; /* of the address */
    struct face faces[POLL_PLACES_MAX + 1];
    size_t face_count;
    uint8_t community[CREDENTIAL_COMMUNITY_MAX + POLL_PLACE_NAME_MAX];
    size_t community_size;
};

/* --- the one that is polled ------------------------------------------------------------------- */

static bool is_place(const struct poll *poll)
{
    return poll->places != NULL && poll->places->at > 0;
}

const char *poll_place_name(const struct poll *poll)
{
    return is_place(poll) ? poll->places->names[poll->places->at - 1] : "";
}

int64_t poll_place_since_unix_ms(const struct poll *poll)
{
    return is_place(poll) ? poll->places->since_unix_ms : 0;
}

const struct credential *poll_place_credential(const struct poll *poll)
{
    return is_place(poll) ? poll->places->credential : NULL;
}

struct bytes poll_place_community(const struct poll *poll, const struct credential *item)
{
    return is_place(poll) ? bytes_of(poll->places->community, poll->places->community_size)
                          : bytes_of(item->community, item->community_size);
}

void poll_place_clear(struct poll *poll)
{
    if (poll->places != NULL) {
        usm_forget(poll->places, sizeof(*poll->places)); /* there is a community in it */
        free(poll->places);
        poll->places = NULL;
    }
}

/* --- faces ------------------------------------------------------------------------------------ */

static uint64_t hash_entry(const struct record_entry *entry)
{
    uint64_t hash = hash64_pair(entry->object, hash64(entry->index));
    return hash64_pair(hash, hash64(entry->value));
}

static int64_t read_pages(const struct record_writer *moving)
{
    struct bytes record = bytes_of(moving->data, moving->size);
    struct record_entry entry;
    size_t offset = RECORD_HEADER_BYTES;
    int64_t pages = -1;
    while (record_next(record, &offset, &entry)) {
        const struct varbind varbind = {.tag = entry.tag, .value = entry.value};
        if (entry.object == OBJECT_MARKER_LIFE_COUNT && varbind_number(&varbind, &pages) == 0) {
            return pages;
        }
    }
    return -1;
}

static void read_face(const struct plan *plan, struct face *out)
{
    const struct record_writer *settled = &plan->parts[OBJECT_PACE_STATIC];
    struct bytes record = bytes_of(settled->data, settled->size);
    struct record_entry entry;
    size_t offset = RECORD_HEADER_BYTES;
    *out = (struct face){.pages = read_pages(&plan->parts[OBJECT_PACE_MOVING])};
    while (record_next(record, &offset, &entry)) {
        uint64_t hash = hash_entry(&entry);
        out->settled += plan->goal != PLAN_MOVING ? hash : 0;
        out->serial +=
            entry.object == OBJECT_GENERAL_SERIAL_NUMBER && entry.value.size > 0 ? hash : 0;
    }
}

static bool is_same(const struct face *a, const struct face *b)
{
    if (a->serial != 0 && b->serial != 0) {
        return a->serial == b->serial;
    }
    int64_t apart = a->pages > b->pages ? a->pages - b->pages : b->pages - a->pages;
    return a->settled != 0 && a->settled == b->settled && apart <= PLACE_PAGES_BETWEEN;
}

/* Adds the face of who answered. Returns false when it has been seen. */
static bool add_face(struct poll_places *places, const struct plan *plan)
{
    struct face face;
    read_face(plan, &face);
    for (size_t i = 0; i < places->face_count; i++) {
        if (is_same(&places->faces[i], &face)) {
            return false;
        }
    }
    places->faces[places->face_count++] = face;
    return true;
}

static bool shows_printer(const struct poll *poll)
{
    return poll->work != NULL && !poll->is_refused && !poll->work->plan.is_probing &&
           !plan_is_not_printer(&poll->work->plan);
}

void poll_place_judge(struct poll *poll)
{
    if (is_place(poll) && shows_printer(poll) && !add_face(poll->places, &poll->work->plan)) {
        poll_work_put(poll_shared_of(poll->sweep), &poll->work);
        poll->error = BASE_ETIMEOUT;
    }
}

bool poll_place_is_told(const struct poll *poll, const struct sweep_result *result)
{
    return !is_place(poll) || poll->places->is_known ||
           (!result->is_canceled && result->header.status == RECORD_OK);
}

/* --- which there are -------------------------------------------------------------------------- */

static bool is_read_whole(const struct poll *poll)
{
    return poll->work != NULL && !poll->is_refused && poll->error == 0 &&
           poll->work->plan.goal != PLAN_MOVING && poll->work->plan.failed_tables == 0;
}

static bool has_name(const char *list, size_t size, const char *name)
{
    for (size_t at = 0; at < size; at += strlen(list + at) + 1) {
        if (strcmp(list + at, name) == 0) {
            return true;
        }
    }
    return false;
}

static size_t put_name(char *list, size_t size, const char *name)
{
    size_t length = name == NULL ? 0 : strlen(name);
    if (length == 0 || size + length + 2 > LEARNED_PLACES_BYTES || has_name(list, size, name)) {
        return size;
    }
    memcpy(list + size, name, length + 1);
    return size + length + 1;
}

/* Reads the next name of a list. Returns false at its end. */
static bool next_name(const char *list, size_t *at, const char **name)
{
    *name = list + *at;
    *at += strlen(*name) + 1;
    return *at < LEARNED_PLACES_BYTES && **name != '\0';
}

/* Says whether somebody has been read at a place. */
static bool recall(const struct poll *poll, const char *name, struct learned *learned)
{
    return poll_shared_recall(poll, name, learned) && learned->is_known;
}

static const struct profile *find_profile(const struct poll *poll, struct told *told)
{
    const struct profile_set *profiles = poll_shared_of(poll->sweep)->config->profiles;
    const struct poll_work *work = poll->work;
    bool is_printer = !plan_is_not_printer(&work->plan);
    if (profiles == NULL || (is_printer && (!work->is_private || work->walk.chosen == NULL))) {
        return NULL;
    }
    const struct profile *profile = is_printer ? work->walk.chosen : NULL;
    if (profile == NULL || profile_has_contexts(profile)) {
        told_read(told, &work->plan);
        profile = profile == NULL ? profile_choose(profiles, &told->device) : profile;
        return profile;
    }
    return NULL;
}

void poll_place_learn(struct poll *poll)
{
    struct learned *learned = &poll->learned;
    const bool is_v3 = poll->version == PDU_V3;
    char list[LEARNED_PLACES_BYTES] = "";
    char others[LEARNED_PLACES_BYTES]; /* as the same places are called in the other versions */
    size_t others_size = 0;
    struct learned other;
    struct told told;
    struct profile_context context;
    const char *name = NULL;
    size_t size = 0;
    size_t at = 0;
    if (is_place(poll) || !is_read_whole(poll) || !poll_shared_has_places(poll)) {
        return;
    }
    const struct profile *profile = find_profile(poll, &told);
    while (profile != NULL && profile_context(profile, &told.device, &at, &context)) {
        size = put_name(list, size, is_v3 ? context.name : context.community);
        others_size = put_name(others, others_size, is_v3 ? context.community : context.name);
    }
    at = 0;
    while (next_name(learned->places, &at, &name)) {
        bool is_kept = !has_name(others, others_size, name) && recall(poll, name, &other);
        size = is_kept ? put_name(list, size, name) : size;
    }
    memcpy(learned->places, list, sizeof(list));
}

/* --- one after the other ---------------------------------------------------------------------- */

/* The address has ended: what its places need to know. */
static bool open_places(struct poll *poll)
{
    const char *name = NULL;
    size_t at = 0;
    if (poll->learned.places[0] == '\0' || !poll_shared_has_places(poll) ||
        poll->error == BASE_ECANCELED) {
        return false;
    }
    struct poll_places *places = calloc(1, sizeof(*places));
    if (places == NULL) {
        return false;
    }
    while (places->count < POLL_PLACES_MAX && next_name(poll->learned.places, &at, &name)) {
        memcpy(places->names[places->count++], name, strlen(name) + 1);
    }
    places->since_unix_ms = poll_unix_ms(poll);
    places->learned = poll->learned;
    places->is_search = is_read_whole(poll);
    places->credential = access_current(&poll->access);
    if (poll->work == NULL || poll->is_refused) {
        places->error = poll->error != 0 ? poll->error : BASE_EREFUSED;
    } else if (shows_printer(poll)) {
        (void)add_face(places, &poll->work->plan);
    }
    poll->places = places;
    return true;
}

static void put_community(struct poll_places *places)
{
    const struct credential *item = places->credential;
    const char *name = places->names[places->at - 1];
    memcpy(places->community, item->community, item->community_size);
    memcpy(places->community + item->community_size, name, strlen(name));
    places->community_size = item->community_size + strlen(name);
}

/* What is true of the box is true at each of its places. */
static void inherit(struct learned *learned, const struct poll_places *places)
{
    const struct learned *box = &places->learned;
    learned->credential = box->credential;
    learned->snmp_version = box->snmp_version;
    learned->is_doubted = false;
    learned->is_jetdirect = false;
    learned->engine = box->engine;
    learned->engine_boots = box->engine_boots;
    learned->engine_time_s = box->engine_time_s;
    learned->engine_at_unix_ms = box->engine_at_unix_ms;
    learned->engine_max_size = box->engine_max_size;
    learned->rto = learned->rto.srtt_us == 0 ? box->rto : learned->rto;
}

bool poll_place_next(struct poll *poll)
{
    struct learned learned;
    if (poll_shared_of(poll->sweep)->is_stopped || (poll->places == NULL && !open_places(poll))) {
        poll_place_clear(poll);
        return false;
    }
    struct poll_places *places = poll->places;
    while (places->at < places->count) {
        places->at++;
        places->is_known = recall(poll, places->names[places->at - 1], &learned);
        if (!places->is_known && !places->is_search) {
            continue;
        }
        if (!places->is_known) {
            learned_init(&learned);
        }
        inherit(&learned, places);
        put_community(places);
        poll_give_back(poll);
        *poll = (struct poll){.peer.address = poll->peer.address,
                              .sweep = poll->sweep,
                              .made_before = poll->made_before,
                              .places = places,
                              .learned = learned};
        if (places->error != 0) {
            poll_start_dead(poll, places->error);
        } else {
            poll_start(poll);
        }
        return true;
    }
    poll_place_clear(poll);
    return false;
}
