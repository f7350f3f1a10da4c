#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/sim/options.h"

static struct sim_options options;
static char error[300];

static int parse(char *one, char *two)
{
    char program[] = "platen-sim";
    char *arguments[] = {program, one, two, NULL};

    return sim_options_parse(&options,
                             one == NULL   ? 1
                             : two == NULL ? 2
                                           : 3,
                             arguments, error, sizeof(error));
}

#define PARSE(one, two) parse((char[]){one}, (char[]){two})

Test(sim_options, has_defaults)
{
    cr_assert_eq(parse(NULL, NULL), 0);
    cr_assert_eq(options.device_count, 50);
    cr_assert_eq(options.base, 0x7f010001);
    cr_assert_eq(options.port, 21161);
    cr_assert_str_eq(options.community, "public");
    cr_assert_eq(options.clock, SIM_CLOCK_RUNNING);
    cr_assert(options.has_templates);
}

Test(sim_options, reads_shares_as_fractions_and_percents)
{
    cr_assert_eq(PARSE("--loss", "0.25"), 0);
    cr_assert_float_eq(options.loss, 0.25, 1e-9);
    cr_assert_eq(PARSE("--loss", "3%"), 0);
    cr_assert_float_eq(options.loss, 0.03, 1e-9);
    cr_assert_eq(PARSE("--loss", "1.5"), -EINVAL);
    cr_assert_eq(PARSE("--loss", "101%"), -EINVAL);
    cr_assert_eq(PARSE("--loss", "-1"), -EINVAL);
    cr_assert_eq(PARSE("--loss", "nan"), -EINVAL);
    cr_assert_eq(PARSE("--loss", "1x"), -EINVAL);
}

Test(sim_options, reads_delays_and_small_pdus)
{
    cr_assert_eq(PARSE("--delay-ms", "5-50"), 0);
    cr_assert_eq(options.delay_min_us, 5000);
    cr_assert_eq(options.delay_max_us, 50000);
    cr_assert_eq(PARSE("--delay-ms", "1.5"), 0);
    cr_assert_eq(options.delay_max_us, 1500);
    cr_assert_eq(PARSE("--delay-ms", "9-5"), -EINVAL);
    cr_assert_eq(PARSE("--small-pdu", "10%:700"), 0);
    cr_assert_float_eq(options.small_pdu, 0.1, 1e-9);
    cr_assert_eq(options.small_pdu_bytes, 700);
    cr_assert_eq(PARSE("--small-pdu", "0.1"), 0);
    cr_assert_eq(options.small_pdu_bytes, 484);
    cr_assert_eq(PARSE("--small-pdu", "0.1:"), -EINVAL);
}

Test(sim_options, stays_inside_loopback)
{
    cr_assert_eq(PARSE("--base", "127.200.0.1"), 0);
    cr_assert_eq(PARSE("--base", "10.0.0.1"), -EINVAL);
    cr_assert_eq(PARSE("--base", "128.0.0.1"), -EINVAL);
    cr_assert_eq(PARSE("--base", "::1"), -EINVAL);
    cr_assert_eq(PARSE("--base=127.255.255.0", "--devices=255"), 0);
    cr_assert_eq(PARSE("--base=127.255.255.0", "--devices=256"), -EINVAL);
}

Test(sim_options, refuses_what_it_does_not_know)
{
    cr_assert_eq(PARSE("--nonsense", "1"), -EINVAL);
    cr_assert_eq(PARSE("--port", "0"), -EINVAL);
    cr_assert_eq(PARSE("--port", "65536"), -EINVAL);
    cr_assert_eq(PARSE("--devices", "-1"), -EINVAL);
    cr_assert_eq(PARSE("--clock", "fast"), -EINVAL);
    cr_assert_eq(PARSE("--reply-max", "100"), -EINVAL);
    cr_assert_eq(parse((char[]){"extra"}, NULL), -EINVAL);
    cr_assert_eq(parse((char[]){"--port"}, NULL), -EINVAL);
    cr_assert_neq(error[0], '\0');
}

Test(sim_options, reads_times)
{
    cr_assert_eq(PARSE("--epoch", "1000"), 0);
    cr_assert_eq(options.epoch_ms, 1000000);
    cr_assert_eq(PARSE("--epoch", "now"), 0);
    cr_assert_gt(options.epoch_ms, 1600000000000u);
    cr_assert_eq(PARSE("--clock", "frozen"), 0);
    cr_assert_eq(options.clock, SIM_CLOCK_FROZEN);
    cr_assert_eq(PARSE("--time-scale", "3600"), 0);
    cr_assert_float_eq(options.time_scale, 3600, 1e-9);
}

Test(sim_options, names_every_option_in_its_help)
{
    static const char *const names[] = {
        "--devices",      "--base",           "--port",         "--seed",      "--community",
        "--models",       "--recordings",     "--ipv6",         "--epoch",     "--time-scale",
        "--clock",        "--loss",           "--duplicate",    "--reorder",   "--delay-ms",
        "--dead",         "--sleep",          "--v1-only",      "--small-pdu", "--small-pdu-silent",
        "--endless",      "--hostile",        "--hostile-kind", "--list",      "--truth",
        "--stats",        "--run-seconds",    "--reply-max",    "--json",      "--nonincreasing",
        "--wrong-source", "--reboot-on-poll", "--no-templates", "--version"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        cr_assert_not_null(strstr(sim_options_help(), names[i]), "%s", names[i]);
    }
}

Test(sim_options, reads_users_and_flaws_of_snmpv3)
{
    char joe[] = "--v3=joe";
    char replay[] = "--v3-flaw=5%:replay";
    char context[] = "--context=Jetdirect:hp";

    cr_assert_eq(PARSE("--v3", "joe:sha256:12345678:aes:12345678"), 0);
    cr_assert_eq(options.v3_user_count, 1);
    cr_assert_float_eq(options.v3_share, 1, 1e-9);
    cr_assert_eq(PARSE("--v3", "joe:sha256:1234"), -EINVAL);
    cr_assert_eq(parse(joe, replay), 0);
    cr_assert_float_eq(options.v3_flaw, 0.05, 1e-9);
    cr_assert_str_eq(options.v3_flaw_kind, "replay");
    cr_assert_eq(PARSE("--v3=joe", "--v3-flaw=1"), 0);
    cr_assert_eq(options.v3_flaw_kind, NULL);
    cr_assert_eq(PARSE("--v3=joe", "--v3-flaw=1x"), -EINVAL);
    cr_assert_eq(parse(joe, context), 0);
    cr_assert_str_eq(options.context, "Jetdirect:hp");
    cr_assert_eq(PARSE("--v3=joe", "--context=:hp"), -EINVAL);
    cr_assert_eq(PARSE("--v3-flaw", "1"), -EINVAL);
    cr_assert_eq(PARSE("--context", "Jetdirect"), -EINVAL);
    cr_assert_eq(parse((char[]){"--no-v2"}, NULL), -EINVAL);
}
