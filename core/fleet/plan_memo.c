#include "core/fleet/plan_memo.h"

#include <endian.h>
#include <stdlib.h>

#include "core/fleet/plan_inside.h"
#include "core/fleet/plan_pack.h"
#include "core/fleet/private.h"

/* Questions that are remembered: those of a hundred models. */
#define PLAN_MEMO_SETS 256
#define PLAN_MEMO_WAYS 4
/* Longest varbind list that is kept. */
#define PLAN_MEMO_BYTES 1264

struct plan_memory {
    uint16_t asked_bytes;
    uint16_t asked_count;
    uint16_t asked_singles;
    uint16_t asked_repetitions;
    uint16_t max_varbinds;
    uint16_t size; /* of the varbind list */
    int32_t max_repetitions;
    uint8_t pdu;
    uint8_t asked[PLAN_NAMES_MAX];
    uint8_t varbinds[]; /* size */
};

struct plan_memo {
    uint64_t secret;
    unsigned replaced; /* round robin over the ways of a full set */
    /* 0 = empty. Apart from the memories, so that a search touches one line of the cache. */
    uint64_t points[PLAN_MEMO_SETS][PLAN_MEMO_WAYS];
    /* Each of its own size: side by side they stay in the caches, and in few pages. */
    struct plan_memory *memories[PLAN_MEMO_SETS][PLAN_MEMO_WAYS];
};

struct plan_memo *plan_memo_new(uint64_t secret)
{
    struct plan_memo *memo = calloc(1, sizeof(*memo));
    if (memo != NULL) {
        memo->secret = secret;
    }
    return memo;
}

void plan_memo_free(struct plan_memo *memo)
{
    for (size_t i = 0; memo != NULL && i < PLAN_MEMO_SETS * PLAN_MEMO_WAYS; i++) {
        free(memo->memories[i / PLAN_MEMO_WAYS][i % PLAN_MEMO_WAYS]);
    }
    free(memo);
}

static void plan_memo_give(const struct plan_memory *memory, struct plan *plan,
                           struct plan_question *question)
{
    plan->questions++;
    plan->asked_bytes = memory->asked_bytes;
    plan->asked_count = memory->asked_count;
    plan->asked_singles = memory->asked_singles;
    plan->asked_repetitions = memory->asked_repetitions;
    memcpy(plan->asked, memory->asked, sizeof(plan->asked));
    question->max_varbinds = memory->max_varbinds;
    question->pdu = (struct pdu_request){
        .pdu = memory->pdu,
        .non_repeaters = plan->is_bulk ? memory->asked_singles : 0,
        .max_repetitions = memory->max_repetitions,
        .varbinds = bytes_of(memory->varbinds, memory->size),
    };
}

/* Returns: the memory of a question, which then reads its varbinds there; NULL when it is too long
 * to be kept, or there is no memory. */
static struct plan_memory *plan_memo_keep(const struct plan *plan, struct plan_question *question)
{
    uint8_t varbinds[PLAN_MEMO_BYTES];
    struct plan_memory *memory = NULL;
    size_t size = 0;
    if (pdu_varbinds(&question->pdu, varbinds, sizeof(varbinds), &size) == 0) {
        memory = malloc(sizeof(*memory) + size);
    }
    if (memory == NULL) {
        return NULL;
    }
    memory->asked_bytes = plan->asked_bytes;
    memory->asked_count = plan->asked_count;
    memory->asked_singles = plan->asked_singles;
    memory->asked_repetitions = plan->asked_repetitions;
    memory->max_varbinds = question->max_varbinds;
    memory->max_repetitions = question->pdu.max_repetitions;
    memory->pdu = question->pdu.pdu;
    memory->size = (uint16_t)size;
    memcpy(memory->asked, plan->asked, sizeof(memory->asked));
    memcpy(memory->varbinds, varbinds, size);
    question->pdu.varbinds = bytes_of(memory->varbinds, size);
    return memory;
}

static inline uint64_t plan_memo_mix(uint64_t hash, uint64_t number)
{
    uint64_t mixed = (hash ^ number) * 0x9e3779b97f4a7c15u;
    return mixed ^ (mixed >> 29);
}

/* The part of a point that a column makes which has rows already. Returns: false when its index is
 * too long to be told apart. */
static bool plan_memo_column(const struct plan *plan, size_t position, uint64_t *hash)
{
    struct bytes last = plan_last_index(plan, position);
    uint64_t word;
    if (last.size - 1 >= sizeof(word)) {
        return false;
    }
    /* Read from its end, before which the record has more than eight octets. */
    memcpy(&word, last.data + last.size - sizeof(word), sizeof(word));
    word = be64toh(word) & (UINT64_MAX >> (64 - 8 * last.size));
    *hash = plan_memo_mix(*hash, (uint64_t)position << 32 | (uint64_t)last.size << 16 |
                                     plan->columns[position].rows);
    *hash = plan_memo_mix(*hash, word);
    return true;
}

/* The part of a point that the tables make which are still walked. Their terms do not wait for one
 * another, and no branch has to be guessed. */
static uint64_t plan_memo_tables(const struct plan_memo *memo, const struct plan *plan)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < OBJECT_TABLE_COUNT; i++) {
        const struct plan_table *table = &plan->tables[i];
        struct plan_set open = plan_open_of(plan, i);
        uint64_t term = plan_memo_mix(
            memo->secret, (uint64_t)table->rows | (uint64_t)table->expected << 16 |
                              (uint64_t)table->is_trusted << 32 | (uint64_t)(i + 1) << 40);
        sum += plan_set_is_empty(&open) ? 0 : term;
    }
    return sum;
}

/* The part of a point that private objects make which ride: the profile, and of each object what it
 * has still to bring back and where its next name begins. */
static uint64_t plan_memo_riders(const struct plan *plan, uint64_t riding, uint64_t hash)
{
    const struct private_walk *walk = plan->riders;
    hash = plan_memo_mix(hash, riding);
    hash = plan_memo_mix(hash, walk->guessed);
    hash =
        plan_memo_mix(hash, (uint64_t)walk->profile << 32 | (uint64_t)walk->repetitions_most << 8 |
                                (uint64_t)walk->is_full << 1 | (uint64_t)walk->is_bulk);
    for (; riding != 0; riding &= riding - 1) {
        size_t object = (size_t)__builtin_ctzll(riding);
        struct bytes last = private_last(walk, object);
        hash =
            plan_memo_mix(hash, (uint64_t)last.size << 32 | (uint64_t)walk->expected[object] << 8 |
                                    (uint64_t)walk->rows[object]);
        for (size_t at = 0; at < last.size; at += sizeof(uint64_t)) {
            uint64_t word = 0;
            size_t left = last.size - at;
            bytes_copy((uint8_t *)&word,
                       bytes_of(last.data + at, left < sizeof(word) ? left : sizeof(word)));
            hash = plan_memo_mix(hash, word);
        }
    }
    return hash;
}

/* The point that a plan has reached: what plan_ask looks at. Returns: 0 when it cannot be told. */
static uint64_t plan_memo_point(const struct plan_memo *memo, const struct plan *plan)
{
    uint64_t hash = plan_memo_mix(
        memo->secret, (uint64_t)plan->reply_bytes | (uint64_t)plan->names_max << 16 |
                          (uint64_t)plan->varbinds_max << 32 | (uint64_t)plan->is_bulk << 48 |
                          (uint64_t)plan->is_maker_awaited << 49 |
                          (uint64_t)plan_is_tight(plan) << 50);
    hash = plan_memo_mix(hash, plan->open.bits[0]);
    hash = plan_memo_mix(hash, plan->open.bits[1]);
    hash = plan_memo_mix(hash, plan->repetitions_max);
    hash = plan_memo_mix(hash, plan_memo_tables(memo, plan));
    uint64_t riding = plan->riders != NULL ? private_riding(plan->riders, plan) : 0;
    if (riding != 0) {
        hash = plan_memo_riders(plan, riding, hash);
    }
    struct plan_set rest = plan_set_both(&plan->open, &plan->filled);
    size_t position;
    while (plan_set_take(&rest, &position)) {
        if (!plan_memo_column(plan, position, &hash)) {
            return 0;
        }
    }
    return hash | 1;
}

bool plan_memo_ask(struct plan_memo *memo, struct plan *plan, struct plan_question *question)
{
    if (plan->is_probing && plan->is_root_told && plan_set_is_empty(&plan->open)) {
        plan_widen(plan);
    }
    /* While it is probed, more than a question follows from asking; and where nothing is open
     * nothing is asked. */
    bool has_riders = plan->riders != NULL && private_riding(plan->riders, plan) != 0;
    bool is_plain = memo != NULL && !plan->is_probing &&
                    (has_riders || !plan_set_is_empty(&plan->open)) && !plan->is_out_of_memory &&
                    plan->questions < PLAN_QUESTIONS_MAX;
    uint64_t point = is_plain ? plan_memo_point(memo, plan) : 0;
    if (point == 0) {
        return plan_ask(plan, question);
    }
    size_t set = (point >> 32) % PLAN_MEMO_SETS;
    uint64_t *points = memo->points[set];
    unsigned place = memo->replaced % PLAN_MEMO_WAYS;
    for (unsigned way = 0; way < PLAN_MEMO_WAYS; way++) {
        if (points[way] == point) {
            plan_memo_give(memo->memories[set][way], plan, question);
            return true;
        }
        place = points[way] == 0 ? way : place;
    }
    if (!plan_ask(plan, question)) {
        return false;
    }
    memo->replaced++;
    free(memo->memories[set][place]);
    memo->memories[set][place] = plan_memo_keep(plan, question);
    points[place] = memo->memories[set][place] != NULL ? point : 0;
    return true;
}
