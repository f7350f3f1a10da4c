/*
 * The lines of the agent's log. Pure functions; each writes AGENT_WORDS_MAX octets at most.
 */
#pragma once

#include "core/app/agent_polls.h"
#include "core/app/discover_report.h"

#define AGENT_WORDS_MAX 512

/* "9987 polls of 10000 devices in 15m: 9950 ok, 37 silent; 31 ms a poll that was answered" */
void agent_words_round(const struct agent_round *round, int64_t took_ms, uint32_t devices,
                       char out[AGENT_WORDS_MAX]);

/* "search of 65534 addresses took 3m: 2000 printers, 3 of them new, 600 others, 4 failed; 131072
 * packets" */
void agent_words_search(const struct discover_sums *sums, uint64_t created,
                        char out[AGENT_WORDS_MAX]);

/* "polled every 15m, the silent every 1h at least, names and capacities every 1d; search at
 * 02:00" */
void agent_words_settings(const struct agent_settings *settings, char out[AGENT_WORDS_MAX]);
