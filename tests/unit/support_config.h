/*
 * Configuration files for tests: a folder of its own, files that only we can read, and what the
 * configuration says of them.
 */
#pragma once

#include "core/app/config_credentials.h"

/* What the last call left; config_test_end clears it. */
extern struct config config_test_config;
extern struct config_report config_test_report;
extern struct credentials *config_test_list;

/* Makes and removes the folder, for TestSuite; the environment is emptied of our variables. */
void config_test_begin(void);
void config_test_end(void);

/* Writes a file with mode 0600. Returns: its path; static storage, another one at each call, eight
 * in turn. */
const char *config_test_file(const char *name, const char *content);

/* The same with octets. */
const char *config_test_octets(const char *name, const void *content, size_t size);

/* Reads a configuration. Returns: as config_open. */
int config_test_open(const char *content);

/* Reads a file of credentials with the configuration that is open (none: the defaults).
 * uses: CONFIG_USES_* of --version, 0 = all. Returns: as config_credentials_open. */
int config_test_credentials(const char *content, unsigned uses);

/* Says whether the report has the text. */
bool config_test_says(const char *text);
