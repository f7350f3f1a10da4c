#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/usm.h"

/* ---- known answers: RFC 3414 A.3, and rows made by three independent programs ---- */

static const uint8_t engine_bytes[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
static const struct sim_slice engine_id = {engine_bytes, sizeof(engine_bytes)};

static size_t unhex(const char *text, uint8_t *out)
{
    size_t n = strlen(text) / 2;

    for (size_t i = 0; i < 2 * n; i++) {
        unsigned digit = (unsigned)(strchr("0123456789abcdef", text[i]) - "0123456789abcdef");

        out[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : out[i / 2] | digit);
    }
    return n;
}

static void expect(const uint8_t *got, const char *want, const char *what)
{
    uint8_t bytes[200];
    size_t n = unhex(want, bytes);

    cr_assert_arr_eq(got, bytes, n, "%s", what);
}

struct answer {
    enum sim_usm_auth auth;
    const char *name;
    const char *ku;
    const char *kul;
    const char *tag; /* over "usm-mac-vector-1" */
};

static const struct answer answers[] = {
    {SIM_USM_AUTH_MD5, "md5", "9faf3283884e92834ebc9847d8edd963",
     "526f5eed9fcce26f8964c2930787d82b", "04e5bfb7a562b612eea13bca"},
    {SIM_USM_AUTH_SHA, "sha", "9fb5cc0381497b3793528939ff788d5d79145211",
     "6695febc9288e36282235fc7151f128497b38f3f", "ae216e39999429642ea9c701"},
    {SIM_USM_AUTH_SHA224, "sha224", "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
     "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674",
     "925c2f80fd4fa8fd64c79ddd458a3feb"},
    {SIM_USM_AUTH_SHA256, "sha256",
     "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac",
     "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b",
     "2d0f2e7e47c64cc75bd53f2037297a8cbe808b60ef80d03f"},
    {SIM_USM_AUTH_SHA384, "sha384",
     "e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f38"
     "3c86fb836857444654b287c93f51ff64",
     "3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f045"
     "5a53689a3937eea07319a633d2ccba78",
     "8f1ce4709fdbbeadaee1edd93a34456516068f3f848a1e4c55233b22e7621ba3"},
    {SIM_USM_AUTH_SHA512, "sha512",
     "7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63"
     "dd3a73d04924d31a63f95a601f9385af6be4ed1b37f87d040f7c6ed6f8d38a91",
     "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099"
     "ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b",
     "46730788f8c2637bef8ca33d8412585083e17d3cc77c0cc46497cbef316ef7d1"
     "3d3f93645fd51b21df7a3a65e6b55d4c"},
};

Test(sim_usm, makes_the_keys_and_tags_of_all_hashes)
{
    static const uint8_t text[] = "usm-mac-vector-1";

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const struct answer *row = &answers[i];
        struct sim_slice parts[2] = {{text, 5}, {text + 5, sizeof(text) - 6}};
        struct sim_usm_key key;
        uint8_t ku[SIM_USM_KEY_MAX];
        uint8_t kul[SIM_USM_KEY_MAX];
        uint8_t tag[SIM_USM_TAG_MAX];

        cr_assert_eq(sim_usm_auth_find(row->name, strlen(row->name)), row->auth);
        cr_assert_eq(sim_usm_auth_tag_bytes(row->auth), strlen(row->tag) / 2);
        sim_usm_expand(row->auth, (const uint8_t *)"maplesyrup", 10, ku);
        expect(ku, row->ku, row->name);
        sim_usm_localise(row->auth, ku, engine_id, kul);
        expect(kul, row->kul, row->name);
        sim_usm_key_make(&key, row->auth, ku, SIM_USM_PRIV_NONE, NULL, engine_id);
        sim_usm_tag(&key, parts, 2, tag);
        expect(tag, row->tag, row->name);
    }
}

Test(sim_usm, extends_keys_in_both_ways)
{
    static const struct {
        enum sim_usm_auth auth;
        enum sim_usm_priv priv;
        const char *key;
    } rows[] = {
        {SIM_USM_AUTH_MD5, SIM_USM_PRIV_AES256,
         "526f5eed9fcce26f8964c2930787d82bfa24a92467426c2f4b09192be10dfaec"},
        {SIM_USM_AUTH_MD5, SIM_USM_PRIV_AES256C,
         "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12"},
        {SIM_USM_AUTH_SHA, SIM_USM_PRIV_AES256,
         "6695febc9288e36282235fc7151f128497b38f3f505e07eb9af25568fa1f5dbe"},
        {SIM_USM_AUTH_SHA, SIM_USM_PRIV_AES256C,
         "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t ku[SIM_USM_KEY_MAX];
        uint8_t key[SIM_USM_KEY_MAX];

        sim_usm_expand(rows[i].auth, (const uint8_t *)"maplesyrup", 10, ku);
        sim_usm_localise(rows[i].auth, ku, engine_id, key);
        sim_usm_extend(rows[i].auth, rows[i].priv, engine_id, key);
        expect(key, rows[i].key, "extension");
    }
}

Test(sim_usm, encrypts_and_decrypts_as_others_do)
{
    static const char plain[] = "302a040c0000000000000000000000020400a01802045a5a5a5a02010002010030"
                                "0a300806042b0601020500";
    static const struct {
        enum sim_usm_auth auth;
        enum sim_usm_priv priv;
        const char *salt;
        const char *sealed;
    } rows[] = {
        {SIM_USM_AUTH_SHA, SIM_USM_PRIV_AES, "0000000000000001",
         "3fdbf37b3dcd1bb58133007db6618e1205f00f416c6b3f0b2ae76f1e5f82cb6a50fdc427906620917e04821"
         "a"},
        {SIM_USM_AUTH_SHA, SIM_USM_PRIV_AES192, "0000000000000001",
         "af7a8f19b2cbf1591c159219b6a60c71caac5de354a27c03c3dcf189256694169db6159996951a8f315adb3"
         "1"},
        {SIM_USM_AUTH_SHA, SIM_USM_PRIV_AES192C, "0000000000000001",
         "1e10f4d06638cdb995dc086f23b151105fdbc7d0b2f2a59a0bfbee9bc4f3f6d1dc8be31e57b773297167c08"
         "2"},
        {SIM_USM_AUTH_SHA256, SIM_USM_PRIV_AES256, "0000000000000001",
         "22c95f5d02ea58e86b7cad68427980e78d37f14c57d89af99407f98140f17761bdb7f88efbb2ffc1f610d2e"
         "7"},
        {SIM_USM_AUTH_MD5, SIM_USM_PRIV_DES, "0000000100000001",
         "953672233abf526b24f6eef5bcce80b6f8d787180be2693be26b630c5af6581d11a2af95051ad30095de933e"
         "20681be3"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sim_usm_start start = {.boots = 1, .time = 1000};
        struct sim_usm_key key;
        uint8_t ku[SIM_USM_KEY_MAX];
        uint8_t bytes[64] = {0};
        uint8_t back[64];
        size_t n = strlen(rows[i].sealed) / 2;

        (void)unhex(rows[i].salt, start.salt);
        (void)unhex(plain, bytes);
        sim_usm_expand(rows[i].auth, (const uint8_t *)"maplesyrup", 10, ku);
        sim_usm_key_make(&key, rows[i].auth, ku, rows[i].priv, ku, engine_id);
        sim_usm_encrypt(&key, &start, bytes, n);
        expect(bytes, rows[i].sealed, "cipher");
        cr_assert(sim_usm_decrypt(&key, &start, (struct sim_slice){bytes, n}, back));
        expect(back, plain, "back");
    }
}

/* ---- users ---- */

Test(sim_usm, takes_users_with_known_protocols_and_long_passwords_only)
{
    struct sim_usm_user user;

    cr_assert(sim_usm_user_parse("joe", &user));
    cr_assert_eq(sim_usm_user_level(&user), SIM_USM_NO_AUTH);
    cr_assert(sim_usm_user_parse("joe:sha512:12345678", &user));
    cr_assert_eq(sim_usm_user_level(&user), SIM_USM_AUTH);
    cr_assert(sim_usm_user_parse("joe:md5:12345678:aes256c:12345:78", &user));
    cr_assert_eq(sim_usm_user_level(&user), SIM_USM_PRIV);
    cr_assert_eq(user.priv_password.length, 8);
    cr_assert_not(sim_usm_user_parse("", &user));
    cr_assert_not(sim_usm_user_parse("joe:", &user));
    cr_assert_not(sim_usm_user_parse("joe:sha:1234567", &user));
    cr_assert_not(sim_usm_user_parse("joe:sha1:12345678", &user));
    cr_assert_not(sim_usm_user_parse("joe:sha:12345678:aes512:12345678", &user));
    cr_assert_not(sim_usm_user_parse("joe:sha:12345678:aes", &user));
    cr_assert_not(sim_usm_user_parse("joe:sha:12345678:aes:1234567", &user));
    cr_assert_not(sim_usm_user_parse("123456789012345678901234567890123", &user));
}

/* ---- messages ---- */

static const char *const users[] = {"none", "auth:sha256:authpass1",
                                    "priv:sha256:authpass1:aes:privpass1",
                                    "des:md5:authpass1:des:privpass1"};

/* GET of sysUpTime.0, request id 77 */
static const uint8_t get[] = {0xa0, 0x19, 2, 1,    77, 2, 1, 0, 2, 1, 0, 0x30, 0x0e, 0x30,
                              0x0c, 6,    8, 0x2b, 6,  1, 2, 1, 1, 3, 0, 5,    0};

static struct sim_usm *usm;
static uint32_t counters[SIM_USM_COUNTERS];
static struct sim_usm_engine engine;
static struct sim_usm_question question;
static struct sim_usm_envelope envelope; /* of the next question */
static uint8_t space[1000];
static uint8_t *sealed;
static size_t sealed_length;

static void open_users(void)
{
    cr_assert_eq(sim_usm_open(&usm, users, 4, 1), 0);
    memset(counters, 0, sizeof(counters));
    engine =
        (struct sim_usm_engine){.id_length = 12, .boots = 7, .time = 100000, .counters = counters};
    memcpy(engine.id, "\x80\0\1\x22\5printer", 12);
}

static void close_users(void)
{
    sim_usm_close(usm);
}

TestSuite(sim_usm_message, .init = open_users, .fini = close_users);

static void address(const char *user, enum sim_usm_level level)
{
    struct sim_slice name = {(const uint8_t *)user, strlen(user)};
    const struct sim_usm_user *known = sim_usm_user_find(usm, name);

    envelope = (struct sim_usm_envelope){.msg_id = 4711,
                                         .level = level,
                                         .engine = {engine.id, engine.id_length},
                                         .boots = engine.boots,
                                         .time = engine.time,
                                         .user = name,
                                         .context_engine = {engine.id, engine.id_length},
                                         .context_name = {(const uint8_t *)"", 0}};
    envelope.key = known == NULL ? NULL : sim_usm_user_key(usm, known, envelope.engine);
}

static void seal(void)
{
    struct sim_slice message;

    memcpy(space + 400, get, sizeof(get));
    sim_usm_wrap(usm, &envelope, space + 400, sizeof(get), &message);
    sealed = space + (message.bytes - space);
    sealed_length = message.length;
}

static enum sim_usm_verdict take(void)
{
    return sim_usm_take(usm, &engine, (struct sim_slice){sealed, sealed_length}, &question);
}

static enum sim_usm_verdict ask(const char *user, enum sim_usm_level level)
{
    address(user, level);
    seal();
    return take();
}

Test(sim_usm_message, opens_what_it_has_wrapped_at_every_level)
{
    static const struct {
        const char *user;
        enum sim_usm_level level;
    } rows[] = {{"none", SIM_USM_NO_AUTH}, {"auth", SIM_USM_AUTH}, {"priv", SIM_USM_PRIV},
                {"des", SIM_USM_PRIV},     {"priv", SIM_USM_AUTH}, {"priv", SIM_USM_NO_AUTH}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_assert_eq(ask(rows[i].user, rows[i].level), SIM_USM_FINE);
        cr_assert_eq(question.msg_id, 4711);
        cr_assert_eq(question.level, rows[i].level);
        cr_assert_eq(question.pdu.length, sizeof(get));
        cr_assert_arr_eq(question.pdu.bytes, get, sizeof(get));
        cr_assert_eq(question.context_engine.length, 12);
    }
}

Test(sim_usm_message, refuses_by_name_and_counts_it)
{
    cr_assert_eq(ask("nobody", SIM_USM_NO_AUTH), SIM_USM_UNKNOWN_USER);
    cr_assert_eq(ask("auth", SIM_USM_AUTH), SIM_USM_FINE);
    address("auth", SIM_USM_PRIV);
    envelope.key = sim_usm_user_key(
        usm, sim_usm_user_find(usm, (struct sim_slice){(const uint8_t *)"priv", 4}),
        envelope.engine);
    seal();
    cr_assert_eq(take(), SIM_USM_UNSUPPORTED_LEVEL);
    address("priv", SIM_USM_PRIV);
    envelope.engine.length--;
    seal();
    cr_assert_eq(take(), SIM_USM_UNKNOWN_ENGINE);
    address("priv", SIM_USM_PRIV);
    envelope.bends = SIM_USM_BEND_TAG;
    seal();
    cr_assert_eq(take(), SIM_USM_WRONG_DIGEST);
    envelope.bends = SIM_USM_BEND_SHORT;
    seal();
    cr_assert_eq(take(), SIM_USM_WRONG_DIGEST);
    envelope.bends = SIM_USM_BEND_PLAIN;
    seal();
    cr_assert_eq(take(), SIM_USM_MALFORMED);
    cr_assert_eq(counters[SIM_USM_UNKNOWN_USER - 1], 1);
    cr_assert_eq(counters[SIM_USM_UNSUPPORTED_LEVEL - 1], 1);
    cr_assert_eq(counters[SIM_USM_UNKNOWN_ENGINE - 1], 1);
    cr_assert_eq(counters[SIM_USM_WRONG_DIGEST - 1], 2);
    cr_assert_eq(counters[SIM_USM_NOT_IN_WINDOW - 1], 0);
}

static enum sim_usm_verdict ask_at(int64_t off_s, int boots_off)
{
    address("priv", SIM_USM_PRIV);
    envelope.time = (uint32_t)((int64_t)engine.time + off_s);
    envelope.boots = (uint32_t)((int)engine.boots + boots_off);
    seal();
    return take();
}

Test(sim_usm_message, has_a_window_of_150_seconds)
{
    cr_assert_eq(ask_at(-150, 0), SIM_USM_FINE);
    cr_assert_eq(ask_at(150, 0), SIM_USM_FINE);
    cr_assert_eq(ask_at(-151, 0), SIM_USM_NOT_IN_WINDOW);
    cr_assert_eq(ask_at(151, 0), SIM_USM_NOT_IN_WINDOW);
    cr_assert_eq(ask_at(0, 1), SIM_USM_NOT_IN_WINDOW);
    cr_assert_eq(ask_at(0, -1), SIM_USM_NOT_IN_WINDOW);
    engine.boots = SIM_USM_BOOTS_MAX;
    cr_assert_eq(ask_at(0, 0), SIM_USM_NOT_IN_WINDOW);
}

Test(sim_usm_message, answers_nothing_to_a_flipped_bit_of_an_authentic_message)
{
    address("priv", SIM_USM_PRIV);
    seal();
    for (size_t i = 0; i < sealed_length; i++) {
        sealed[i] ^= 1;
        cr_assert_neq(take(), SIM_USM_FINE, "byte %zu", i);
        sealed[i] ^= 1;
    }
    for (size_t n = 0; n < sealed_length; n++) {
        cr_assert_eq(sim_usm_take(usm, &engine, (struct sim_slice){sealed, n}, &question),
                     SIM_USM_MALFORMED);
    }
    cr_assert_eq(take(), SIM_USM_FINE);
}

static size_t find(struct sim_slice in, const char *what, size_t n)
{
    const uint8_t *at = memmem(in.bytes, in.length, what, n);

    return at == NULL ? SIZE_MAX : (size_t)(at - in.bytes);
}

Test(sim_usm_message, reports_who_it_is_to_a_discovery)
{
    static const uint8_t discovery[] = {
        0x30, 0x3e, 2, 1, 3,    0x30, 0x11, 2,    4, 0x58, 0xe1, 0x28, 0x74, 2, 3,    0,
        0xff, 0xe3, 4, 1, 4,    2,    1,    3,    4, 0x10, 0x30, 0x0e, 4,    0, 2,    1,
        0,    2,    1, 0, 4,    0,    4,    0,    4, 0,    0x30, 0x14, 4,    0, 4,    0,
        0xa0, 0x0e, 2, 4, 0x11, 0x40, 0xa6, 0x1e, 2, 1,    0,    2,    1,    0, 0x30, 0};
    uint8_t buffer[SIM_USM_REPORT_BYTES];
    struct sim_slice datagram = {discovery, sizeof(discovery)};
    struct sim_slice message;

    cr_assert_eq(sim_usm_take(usm, &engine, datagram, &question), SIM_USM_UNKNOWN_ENGINE);
    sim_usm_report(usm, &engine, &question, SIM_USM_UNKNOWN_ENGINE, buffer, &message);
    cr_assert_eq(find(message, "\x30", 1), 0);
    cr_assert_neq(find(message, "\2\4\x58\xe1\x28\x74", 6), SIZE_MAX, "msgID");
    cr_assert_neq(find(message, "\4\1\0\2\1\3", 6), SIZE_MAX, "flags and model");
    cr_assert_neq(find(message, "\5printer\2\1\7\2\3\1\x86\xa0", 16), SIZE_MAX, "boots and time");
    cr_assert_neq(find(message, "\2\4\x11\x40\xa6\x1e", 6), SIZE_MAX, "request id");
    cr_assert_neq(find(message, "\x2b\6\1\6\3\x0f\1\1\4\0\x41\1\1", 13), SIZE_MAX, "varbind");
}

Test(sim_usm_message, reports_its_window_with_a_tag_and_nothing_unless_it_is_asked)
{
    static struct sim_usm_question told;
    uint8_t buffer[SIM_USM_REPORT_BYTES];
    struct sim_slice message;

    cr_assert_eq(ask_at(-151, 0), SIM_USM_NOT_IN_WINDOW);
    sim_usm_report(usm, &engine, &question, SIM_USM_NOT_IN_WINDOW, buffer, &message);
    cr_assert_eq(message.length, 0);
    question.is_reportable = true;
    sim_usm_report(usm, &engine, &question, SIM_USM_NOT_IN_WINDOW, buffer, &message);
    cr_assert_eq(sim_usm_take(usm, &engine, message, &told), SIM_USM_FINE);
    cr_assert_eq(told.level, SIM_USM_AUTH);
    cr_assert_eq(told.time, engine.time);
    cr_assert_eq(told.pdu.bytes[0], SIM_TAG_REPORT);
}

Test(sim_usm_message, never_wraps_more_than_it_says)
{
    static const struct {
        const char *user;
        enum sim_usm_level level;
    } rows[] = {{"none", SIM_USM_NO_AUTH}, {"auth", SIM_USM_AUTH}, {"des", SIM_USM_PRIV}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        address(rows[i].user, rows[i].level);
        envelope.msg_id = INT32_MAX;
        envelope.boots = SIM_USM_BOOTS_MAX;
        envelope.time = SIM_USM_BOOTS_MAX;
        seal();
        cr_assert_leq(sealed_length, sim_usm_overhead(&envelope) + sizeof(get));
        cr_assert_geq(sealed_length + 40, sim_usm_overhead(&envelope) + sizeof(get));
    }
}

Test(sim_usm_message, keeps_keys_and_never_repeats_a_salt)
{
    uint8_t first[SIM_USM_SALT_BYTES];
    uint8_t second[SIM_USM_SALT_BYTES];

    for (unsigned i = 0; i < 1000; i++) {
        engine.id[6] = (uint8_t)(i >> 8);
        engine.id[7] = (uint8_t)i;
        cr_assert_eq(ask("priv", SIM_USM_PRIV), SIM_USM_FINE);
        cr_assert_eq(ask("priv", SIM_USM_PRIV), SIM_USM_FINE);
    }
    cr_assert_eq(sim_usm_key_count(usm), 1000);
    sim_usm_salt(usm, SIM_USM_PRIV_DES, 9, first);
    sim_usm_salt(usm, SIM_USM_PRIV_DES, 9, second);
    cr_assert_eq(first[3], 9);
    cr_assert_arr_neq(first, second, sizeof(first));
}

Test(sim_usm_message, seals_many_at_once_as_one_by_one)
{
    static uint8_t bytes[20][1000];
    struct sim_slice messages[20];
    size_t lengths[20];

    for (unsigned i = 0; i < 20; i++) {
        address(i % 5 == 4   ? "des"
                : i % 7 == 6 ? "auth"
                             : "priv",
                i % 7 == 6 && i % 5 != 4 ? SIM_USM_AUTH : SIM_USM_PRIV);
        lengths[i] = i == 19 ? 1 : 1 + i * 53 % 300;
        /* A PDU of any content: 04 82 hi lo ... */
        bytes[i][400] = SIM_TAG_OCTETS;
        bytes[i][401] = 0x82;
        bytes[i][402] = (uint8_t)(lengths[i] >> 8);
        bytes[i][403] = (uint8_t)lengths[i];
        memset(bytes[i] + 404, (int)i, lengths[i]);
        sim_usm_wrap_later(usm, &envelope, bytes[i] + 400, lengths[i] + 4, &messages[i]);
    }
    sim_usm_seal(usm);
    for (unsigned i = 0; i < 20; i++) {
        cr_assert_eq(sim_usm_take(usm, &engine, messages[i], &question), SIM_USM_FINE, "%u", i);
        cr_assert_eq(question.pdu.length, lengths[i] + 4);
        for (size_t at = 0; at < lengths[i]; at++) {
            cr_assert_eq(question.pdu.bytes[4 + at], i);
        }
    }
}
