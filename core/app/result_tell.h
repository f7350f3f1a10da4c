/*
 * What poll and discover tell of results as these come in: a line of JSON for each printer, printed
 * once it is stored; and at the end whether all of it was told and kept.
 */
#pragma once

#include "core/app/command.h"
#include "core/app/keeper.h"
#include "core/app/printers_read.h"
#include "core/base/json.h"

/* Zeros at first. */
struct result_tell {
    struct json json;
    struct printers_read printers; /* of a print server */
    uint64_t damaged; /* results that could not be decoded: a mistake of ours, never silent */
    int write_error;  /* -errno of the first write to stdout that failed; 0 = none */
};

void result_tell_init(struct result_tell *tell);
void result_tell_fini(struct result_tell *tell);

/* How one printer is told: a row of a table, or result_tell_json. reading: NULL = nothing was
 * decoded. */
typedef void result_tell_one(void *owner, const struct sweep_result *result,
                             const struct reading *reading);

/* Calls `one` for each printer that answers at the address; once when that is one, or nobody.
 * Returns: the lines of JSON, to be printed once they are stored; good until the next call. */
struct bytes result_tell_all(struct result_tell *tell, struct keeper *keeper,
                             const struct sweep_result *result, const struct reading *reading,
                             result_tell_one *one, void *owner);

/* Adds a line of JSON. reading: NULL = none. */
void result_tell_json(struct result_tell *tell, const struct sweep_result *result,
                      const struct reading *reading);

/* Writes lines, and what stands in stdout's buffer. Returns: false when that fails. */
bool result_tell_print(struct result_tell *tell, struct bytes lines);

/* Complains of what was not kept or not decoded. keeper: NULL = nothing is kept.
 * Returns: COMMAND_OK or COMMAND_STORE. */
int result_tell_judge(const struct result_tell *tell, const struct command *command,
                      const struct keeper *keeper);

/* As command_close, with the reason of the write that failed first. */
int result_tell_close(const struct result_tell *tell, const struct command *command, int exit_code);
