#include "core/app/view.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/app/config.h"
#include "core/app/profiles.h"
#include "core/app/store_path.h"
#include "core/base/clock.h"
#include "core/fleet/archive.h"
#include "core/fleet/lineage.h"

/* What can be done about a store that is not there. */
static int complain_absent(const struct command *command, const char *path)
{
    if (strcmp(path, STORE_PATH_SERVICE) != 0 &&
        access(STORE_PATH_SERVICE "/data.mdb", F_OK) == 0) {
        return command_complain(command, COMMAND_STORE,
                                "there is no store in %s.\nThe service has one: add --store %s.",
                                path, STORE_PATH_SERVICE);
    }
    return command_complain(command, COMMAND_STORE,
                            "there is no store in %s yet.\n\"platen poll TARGET...\" makes one; "
                            "--store DIR or PLATEN_STORE names another.",
                            path);
}

/* Takes out of the configuration where the store is and, unless NULL, the rules of scope. */
static int read_config(const struct command *command, const char *store_option,
                       const char *config_option, char *path, struct scoping *scoping)
{
    static struct config config;
    static struct config_report report;
    memset(&report, 0, sizeof(report));
    int status = config_open(&config, config_option, &report);
    if (status == 0) {
        status = store_path_find(config_store(&config, store_option), path, PATH_MAX);
        if (status != 0) {
            (void)config_report_add(&report, NULL, 0,
                                    "there is no home directory to look for the store in; name it "
                                    "with --store DIR");
        }
    }
    if (status == 0 && scoping != NULL) {
        status = scoping_open(scoping, &config, NULL, &report);
    }
    config_close(&config);
    return status == 0 ? COMMAND_OK
                       : command_complain(command, COMMAND_USAGE, "%s",
                                          report.count > 0 ? report.text : base_strerror(status));
}

int view_path(const struct command *command, const char *store_option, const char *config_option,
              char path[PATH_MAX])
{
    return read_config(command, store_option, config_option, path, NULL);
}

/* Opens the store itself. Returns: an exit code after saying why. */
static int open_store(struct view *view, const char *path)
{
    char message[512] = "";
    int status = store_open(path, STORE_READ_ONLY, &view->store, message, sizeof(message));
    if (status == BASE_ENOTFOUND) {
        return complain_absent(view->command, path);
    }
    return status == 0 ? COMMAND_OK
                       : command_complain(view->command, COMMAND_STORE, "%s",
                                          message[0] != '\0' ? message : base_strerror(status));
}

int view_open(struct view *view, const struct command *command, const char *store_option,
              const char *config_option)
{
    char path[PATH_MAX];
    *view = (struct view){.command = command, .now_unix_ms = clock_unix_ms()};
    int exit_code = read_config(command, store_option, config_option, path, &view->scoping);
    if (exit_code != COMMAND_OK) {
        return exit_code;
    }
    exit_code = open_store(view, path);
    if (exit_code != COMMAND_OK) {
        scoping_close(&view->scoping);
        return exit_code;
    }
    int status = reading_init(&view->reading);
    if (status != 0) {
        scoping_close(&view->scoping);
        store_close(view->store);
        return command_complain(command, COMMAND_STORE, "%s", base_strerror(status));
    }
    /* "platen poll" and "platen profile" say what is wrong with profiles. */
    if (profiles_open(&view->profiles, NULL) != -ENOMEM) {
        reading_use_profiles(&view->reading, &view->profiles);
    }
    status = store_begin(view->store, false, &view->txn);
    if (status != 0) {
        profile_set_fini(&view->profiles);
        reading_fini(&view->reading);
        scoping_close(&view->scoping);
        store_close(view->store);
        return command_complain(command, COMMAND_STORE, "cannot read the store in %s: %s", path,
                                base_strerror(status));
    }
    return COMMAND_OK;
}

int view_close(struct view *view, int exit_code)
{
    store_abort(view->txn);
    store_close(view->store);
    reading_fini(&view->reading);
    profile_set_fini(&view->profiles);
    scoping_close(&view->scoping);
    if (view->damaged == 0) {
        return exit_code;
    }
    return command_complain(view->command, COMMAND_STORE,
                            "%" PRIu64 " entries of the store are damaged and left out; the next "
                            "poll of those devices writes them anew",
                            view->damaged);
}

bool view_next(struct view *view, uint32_t *number, struct store_device *device)
{
    int status = 0;
    for (;;) {
        if (store_device_next(view->txn, number, device, &status)) {
            if (!lineage_is_gone(device)) {
                return true;
            }
            continue;
        }
        if (status == 0) {
            return false;
        }
        view->damaged++;
        if (status != BASE_ECHECKSUM && status != BASE_EVERSION && status != BASE_EFORMAT) {
            return false;
        }
    }
}

/* A part that a device does not have is empty. Returns: false when it is damaged. */
static bool get_part(struct view *view, uint32_t number, uint8_t part, struct bytes *out)
{
    *out = bytes_of(NULL, 0);
    int status = store_record_get(view->txn, number, part, out);
    return status == 0 || status == BASE_ENOTFOUND;
}

bool view_read(struct view *view, const struct store_device *device, bool with_why)
{
    struct bytes settled;
    struct bytes moving;
    view->scope = SCOPE_UNCLASSIFIED;
    if (!get_part(view, device->number, RECORD_STATIC, &settled) ||
        !get_part(view, device->number, RECORD_MOVING, &moving) ||
        reading_decode(&view->reading, settled, moving, with_why) != 0) {
        view->damaged++;
        return false;
    }
    memcpy(view->reading.identity.id, device->id, sizeof(view->reading.identity.id));
    view->scope = scoping_of(&view->scoping, view->txn, device, &view->reading.identity);
    return true;
}

bool view_access(struct view *view, const struct store_device *device, struct rows_access *out)
{
    struct bytes part;
    if (!get_part(view, device->number, ARCHIVE_PART_ACCESS, &part)) {
        view->damaged++;
        return false;
    }
    return part.size > 0 && rows_get_access(part, out) == 0;
}

void view_identity(struct view *view, const struct store_device *device, struct rows_identity *out)
{
    struct bytes part;
    *out = (struct rows_identity){0};
    if (!get_part(view, device->number, ARCHIVE_PART_IDENTITY, &part)) {
        view->damaged++;
    } else if (part.size > 0 && rows_get_identity(part, out) != 0) {
        *out = (struct rows_identity){0};
    }
}

int64_t view_meter(const struct reading *reading, const char *key)
{
    for (size_t i = 0; i < reading->meter_count; i++) {
        if (strcmp(reading->meters[i].key, key) == 0) {
            return reading->meters[i].value;
        }
    }
    return READING_ABSENT;
}
