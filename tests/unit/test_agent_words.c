/*
 * The lines of the agent's log.
 */
#include <criterion/criterion.h>

#include "core/app/agent_words.h"

static char text[AGENT_WORDS_MAX];

Test(agent_words, a_round_tells_what_its_polls_came_to)
{
    struct agent_round round = {.polled = 100, .answered = 97, .took_us = 3007000};
    round.by_status[RECORD_OK] = 95;
    round.by_status[RECORD_TIMEOUT] = 3;
    round.by_status[RECORD_AUTH] = 2;
    round.left_out = 4;
    agent_words_round(&round, 900123, 110, text);
    cr_assert_str_eq(text, "100 polls of 110 devices in 15m: 95 ok, 3 silent, 2 refused us, 4 left "
                           "out of scope; 31 ms a poll that was answered");
    round.took_us = 97 * 340;
    agent_words_round(&round, 900123, 110, text);
    cr_assert_not_null(strstr(text, "; 0.3 ms a poll"), "%s", text);
    round.answered = 0;
    agent_words_round(&round, 900123, 110, text);
    cr_assert_null(strstr(text, "ms a poll"), "%s", text);
    agent_words_round(&(struct agent_round){0}, 900000, 0, text);
    cr_assert_str_eq(text, "0 polls of 0 devices in 15m");
}

Test(agent_words, a_search_tells_what_it_found)
{
    struct discover_sums sums = {.addresses = 65534, .packets = 131072, .elapsed_us = 180000000};
    agent_words_search(&sums, 0, text);
    cr_assert_str_eq(text, "search of 65534 addresses took 3m: no printer; 131072 packets");
    sums.printers = 2000;
    sums.by_kind[DISCOVER_OTHER] = 600;
    sums.by_kind[DISCOVER_FAILED] = 4;
    sums.unresolved = 1;
    sums.is_interrupted = true;
    agent_words_search(&sums, 3, text);
    cr_assert_str_eq(text, "search of 65534 addresses cut short after 3m: 2000 printers, 3 of them "
                           "new, 600 others, 4 failed, 1 names without an address; 131072 packets");
}

Test(agent_words, settings_tell_when_what_is_done)
{
    struct agent_settings settings = {
        .poll = {.every_ms = 900000, .offline_every_ms = 3600000, .full_every_ms = 86400000}};
    agent_words_settings(&settings, text);
    cr_assert_str_eq(text, "polled every 15m, the silent every 1h at least, names and capacities "
                           "every 1d; no search");
    settings.poll.full_every_ms = 0;
    settings.searches = true;
    settings.search.at_minute = 125;
    agent_words_settings(&settings, text);
    cr_assert_str_eq(text, "polled every 15m, the silent every 1h at least, names and capacities "
                           "when they change; search at 02:05");
    settings.search.every_ms = 7200000;
    agent_words_settings(&settings, text);
    cr_assert(strstr(text, "; search every 2h") != NULL, "%s", text);
}
