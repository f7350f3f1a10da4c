/*
 * The configuration as rows of key, value and source: what `platen config show` prints. Secrets are
 * masked here, and nowhere is there a switch to see them.
 */
#pragma once

#include "core/app/config.h"
#include "core/app/table.h"
#include "core/base/base.h"

/* What stands in place of every secret, whatever its length. */
#define CONFIG_SHOW_MASK "********"

extern const struct table_column config_show_columns[];
#define CONFIG_SHOW_COLUMN_COUNT 3

/* Adds the rows of all settings. */
void config_show_settings(struct table *table, const struct config *config);

/* Adds the rows of the lists of targets and of the rules of scope, as the file has them. */
void config_show_lists(struct table *table, const struct config *config);

/* Adds the rows of the credentials as their files have them, and of the communities that come from
 * elsewhere; after config_credentials_open. */
void config_show_credentials(struct table *table, const struct config *config);
