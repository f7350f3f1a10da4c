#include "core/app/store_path.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int put(char *out, size_t cap, const char *directory, const char *rest)
{
    int size = snprintf(out, cap, "%s%s", directory, rest);
    return size >= 0 && (size_t)size < cap ? 0 : BASE_ELIMIT;
}

static bool is_service(void)
{
    struct stat info;
    return stat(STORE_PATH_SERVICE, &info) == 0 && S_ISDIR(info.st_mode) &&
           (geteuid() == 0 || info.st_uid == geteuid());
}

int store_path_find(const char *option, char *out, size_t cap)
{
    const char *variable = getenv("PLATEN_STORE");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (option != NULL) {
        return put(out, cap, option, "");
    }
    if (variable != NULL && variable[0] != '\0') {
        return put(out, cap, variable, "");
    }
    if (is_service()) {
        return put(out, cap, STORE_PATH_SERVICE, "");
    }
    /* XDG Base Directory Specification 0.8: a relative path is invalid and ignored. */
    if (state != NULL && state[0] == '/') {
        return put(out, cap, state, "/platen");
    }
    if (home == NULL || home[0] != '/') {
        const struct passwd *user = getpwuid(geteuid());
        home = user != NULL ? user->pw_dir : NULL;
    }
    return home != NULL ? put(out, cap, home, "/.local/state/platen") : BASE_ENOTFOUND;
}
