#include "core/app/result_tell.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/app/reading_json.h"
#include "core/fleet/rows.h"

void result_tell_init(struct result_tell *tell)
{
    *tell = (struct result_tell){.damaged = 0};
    json_init(&tell->json);
}

void result_tell_fini(struct result_tell *tell)
{
    printers_read_fini(&tell->printers);
    json_fini(&tell->json);
}

/* Behind one address there may be several printers. */
static void tell_each(struct result_tell *tell, struct keeper *keeper,
                      const struct sweep_result *result, struct printers_choice choice,
                      result_tell_one *one, void *owner)
{
    for (; choice.which < choice.count; choice.which++) {
        struct sweep_result part;
        if (printers_read_one(&tell->printers, keeper, result, &choice, &part) == 0) {
            one(owner, &part, &tell->printers.reading);
        } else {
            tell->damaged++;
        }
    }
}

struct bytes result_tell_all(struct result_tell *tell, struct keeper *keeper,
                             const struct sweep_result *result, const struct reading *reading,
                             result_tell_one *one, void *owner)
{
    json_reset(&tell->json);
    if (reading != NULL && reading->printer_count > 1) {
        const struct printers_choice choice = {.list = reading->printers,
                                               .count = reading->printer_count};
        tell_each(tell, keeper, result, choice, one, owner);
    } else {
        one(owner, result, reading);
    }
    return tell->json.size > 0 && json_status(&tell->json) == 0
               ? bytes_of(json_text(&tell->json), tell->json.size)
               : bytes_of(NULL, 0);
}

void result_tell_json(struct result_tell *tell, const struct sweep_result *result,
                      const struct reading *reading)
{
    struct rows_access access;
    bool is_told = result->credential != NULL;
    if (reading == NULL) {
        return;
    }
    if (is_told) {
        access = rows_access_of(result->credential, result->context);
    }
    reading_json(&tell->json, reading, is_told ? &access : NULL);
    json_newline(&tell->json);
}

bool result_tell_print(struct result_tell *tell, struct bytes lines)
{
    bool is_written = lines.size == 0 || fwrite(lines.data, 1, lines.size, stdout) == lines.size;
    if ((!is_written || fflush(stdout) != 0) && tell->write_error == 0) {
        tell->write_error = -errno;
    }
    return tell->write_error == 0;
}

int result_tell_judge(const struct result_tell *tell, const struct command *command,
                      const struct keeper *keeper)
{
    if (keeper != NULL && keeper_status(keeper) != 0) {
        return command_complain(command, COMMAND_STORE,
                                "the store could not be written (%s): what was read since then is "
                                "not kept",
                                base_strerror(keeper_status(keeper)));
    }
    if (tell->damaged > 0) {
        return command_complain(command, COMMAND_STORE,
                                "%" PRIu64 " answers could not be decoded and are left out; this "
                                "is a mistake in Platen, please report it",
                                tell->damaged);
    }
    if (keeper != NULL && keeper_figures(keeper)->damaged > 0) {
        return command_complain(command, COMMAND_STORE,
                                "what the store has of %" PRIu64 " of these devices is damaged: "
                                "they were read, but nothing of it is kept. Poll into a new store "
                                "(--store DIR) and keep the old one as it is",
                                keeper_figures(keeper)->damaged);
    }
    return COMMAND_OK;
}

int result_tell_close(const struct result_tell *tell, const struct command *command, int exit_code)
{
    return tell->write_error == 0 ? command_close(command, exit_code)
                                  : command_complain(command, COMMAND_STORE,
                                                     "the output is incomplete: cannot write: %s",
                                                     base_strerror(tell->write_error));
}
