#include "bench/sim/usm_users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of all kept keys together. */
#define BYTES_MAX (64u * 1024 * 1024)

/* Chains of the table: a power of two, some two keys each when it is full. */
#define BUCKET_COUNT 32768u

/* RFC 3414 section 11.2. */
#define PASSWORD_MIN 8u

struct entry {
    struct entry *next;
    uint64_t hash;
    unsigned user;
    size_t engine_length;
    uint8_t engine[SIM_USM_ENGINE_MAX];
    struct sim_usm_key key;
};

/* Jobs that wait at most: a batch of datagrams. */
#define JOBS_MAX 64u

struct sim_usm {
    size_t user_count;
    struct sim_usm_user users[SIM_USM_USERS_MAX];
    uint64_t salt;
    size_t key_count;
    size_t job_count;
    struct sim_usm_job jobs[JOBS_MAX];
    struct entry *buckets[BUCKET_COUNT];
};

/* ---- users ---- */

/* Takes what stands before the next colon; *text moves behind it, or becomes NULL at the end. */
static struct sim_slice take_field(const char **text)
{
    size_t n = strcspn(*text, ":");
    struct sim_slice field = {(const uint8_t *)*text, n};

    *text = (*text)[n] == ':' ? *text + n + 1 : NULL;
    return field;
}

bool sim_usm_user_parse(const char *text, struct sim_usm_user *user)
{
    struct sim_slice field;

    *user = (struct sim_usm_user){0};
    user->name = take_field(&text);
    if (user->name.length == 0 || user->name.length > SIM_USM_NAME_MAX) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    field = take_field(&text);
    user->auth = sim_usm_auth_find((const char *)field.bytes, field.length);
    if (user->auth == SIM_USM_AUTH_NONE || text == NULL) {
        return false;
    }
    user->auth_password = take_field(&text);
    if (user->auth_password.length < PASSWORD_MIN) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    field = take_field(&text);
    user->priv = sim_usm_priv_find((const char *)field.bytes, field.length);
    if (user->priv == SIM_USM_PRIV_NONE || text == NULL) {
        return false;
    }
    user->priv_password = (struct sim_slice){(const uint8_t *)text, strlen(text)};
    return user->priv_password.length >= PASSWORD_MIN;
}

enum sim_usm_level sim_usm_user_level(const struct sim_usm_user *user)
{
    if (user->auth == SIM_USM_AUTH_NONE) {
        return SIM_USM_NO_AUTH;
    }
    return user->priv == SIM_USM_PRIV_NONE ? SIM_USM_AUTH : SIM_USM_PRIV;
}

static void expand(struct sim_usm_user *user)
{
    if (user->auth != SIM_USM_AUTH_NONE) {
        sim_usm_expand(user->auth, user->auth_password.bytes, user->auth_password.length,
                       user->auth_ku);
    }
    if (user->priv != SIM_USM_PRIV_NONE) {
        sim_usm_expand(user->auth, user->priv_password.bytes, user->priv_password.length,
                       user->priv_ku);
    }
}

int sim_usm_open(struct sim_usm **out, const char *const *users, size_t count, uint64_t seed)
{
    struct sim_usm *usm;

    if (count > SIM_USM_USERS_MAX) {
        return -E2BIG;
    }
    usm = calloc(1, sizeof(*usm));
    if (usm == NULL) {
        return -ENOMEM;
    }
    usm->salt = sim_mix(seed);
    usm->user_count = count;
    for (unsigned i = 0; i < count; i++) {
        if (!sim_usm_user_parse(users[i], &usm->users[i])) {
            free(usm);
            return -EINVAL;
        }
        usm->users[i].number = i;
        expand(&usm->users[i]);
    }
    *out = usm;
    return 0;
}

static void flush(struct sim_usm *usm)
{
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        while (usm->buckets[i] != NULL) {
            struct entry *next = usm->buckets[i]->next;

            free(usm->buckets[i]);
            usm->buckets[i] = next;
        }
    }
    usm->key_count = 0;
}

void sim_usm_close(struct sim_usm *usm)
{
    if (usm != NULL) {
        flush(usm);
        free(usm);
    }
}

const struct sim_usm_user *sim_usm_user_find(const struct sim_usm *usm, struct sim_slice name)
{
    for (size_t i = 0; i < usm->user_count; i++) {
        const struct sim_usm_user *user = &usm->users[i];

        if (user->name.length == name.length &&
            memcmp(user->name.bytes, name.bytes, name.length) == 0) {
            return user;
        }
    }
    return NULL;
}

/* ---- keys ---- */

static uint64_t hash_of(unsigned user, struct sim_slice engine)
{
    uint64_t hash = user;

    for (size_t i = 0; i < engine.length; i += sizeof(hash)) {
        uint64_t word = 0;
        size_t left = engine.length - i;

        memcpy(&word, engine.bytes + i, left < sizeof(word) ? left : sizeof(word));
        hash = sim_mix(hash ^ word);
    }
    return hash;
}

static struct entry *make_entry(struct sim_usm *usm, const struct sim_usm_user *user,
                                struct sim_slice engine, uint64_t hash)
{
    struct entry **bucket = &usm->buckets[hash & (BUCKET_COUNT - 1)];
    struct entry *made;

    if ((usm->key_count + 1) * sizeof(*made) > BYTES_MAX) {
        sim_usm_seal(usm); /* what waits needs its keys */
        flush(usm);
    }
    made = malloc(sizeof(*made));
    if (made == NULL) {
        return NULL;
    }
    made->hash = hash;
    made->user = user->number;
    made->engine_length = engine.length;
    memcpy(made->engine, engine.bytes, engine.length);
    sim_usm_key_make(&made->key, user->auth, user->auth_ku, user->priv, user->priv_ku, engine);
    made->next = *bucket;
    *bucket = made;
    usm->key_count++;
    return made;
}

const struct sim_usm_key *sim_usm_user_key(struct sim_usm *usm, const struct sim_usm_user *user,
                                           struct sim_slice engine)
{
    uint64_t hash = hash_of(user->number, engine);
    struct entry *at = usm->buckets[hash & (BUCKET_COUNT - 1)];

    if (engine.length > SIM_USM_ENGINE_MAX) {
        return NULL;
    }
    while (at != NULL &&
           (at->hash != hash || at->user != user->number || at->engine_length != engine.length ||
            memcmp(at->engine, engine.bytes, engine.length) != 0)) {
        at = at->next;
    }
    if (at == NULL) {
        at = make_entry(usm, user, engine, hash);
    }
    return at == NULL ? NULL : &at->key;
}

void sim_usm_salt(struct sim_usm *usm, enum sim_usm_priv priv, uint32_t boots,
                  uint8_t salt[SIM_USM_SALT_BYTES])
{
    uint64_t number = ++usm->salt;

    if (priv == SIM_USM_PRIV_DES) {
        number = (uint64_t)boots << 32 | (uint32_t)number;
    }
    for (unsigned i = 0; i < SIM_USM_SALT_BYTES; i++) {
        salt[i] = (uint8_t)(number >> (56 - 8 * i));
    }
}

size_t sim_usm_key_count(const struct sim_usm *usm)
{
    return usm->key_count;
}

/* ---- jobs ---- */

static void put_tag(const struct sim_usm_job *job)
{
    uint8_t tag[SIM_USM_TAG_MAX];

    if (job->tag_bytes > 0) {
        sim_usm_tag(job->lane.key, &job->message, 1, tag);
        tag[0] ^= job->is_bent;
        memcpy(job->tag, tag, job->tag_bytes);
    }
}

void sim_usm_job_do(const struct sim_usm_job *job)
{
    if (job->lane.length > 0) {
        sim_usm_encrypt(job->lane.key, &job->lane.start, job->lane.bytes, job->lane.length);
    }
    put_tag(job);
}

void sim_usm_job_keep(struct sim_usm *usm, const struct sim_usm_job *job)
{
    if (usm->job_count == JOBS_MAX) {
        sim_usm_seal(usm);
    }
    usm->jobs[usm->job_count++] = *job;
}

void sim_usm_seal(struct sim_usm *usm)
{
    struct sim_usm_lane lanes[SIM_USM_LANES];
    bool has_lanes = sim_usm_lanes_work();
    size_t count = 0;

    for (size_t i = 0; i < usm->job_count; i++) {
        const struct sim_usm_job *job = &usm->jobs[i];

        if (job->lane.length > 0 && has_lanes && job->lane.key->priv == SIM_USM_PRIV_AES) {
            lanes[count++] = job->lane;
        } else if (job->lane.length > 0) {
            sim_usm_encrypt(job->lane.key, &job->lane.start, job->lane.bytes, job->lane.length);
        }
        if (count == SIM_USM_LANES) {
            sim_usm_lanes_encrypt(lanes, count);
            count = 0;
        }
    }
    if (count > 0) {
        sim_usm_lanes_encrypt(lanes, count);
    }
    for (size_t i = 0; i < usm->job_count; i++) {
        put_tag(&usm->jobs[i]);
    }
    usm->job_count = 0;
}
