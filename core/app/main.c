/* The program `platen`: finds the command and runs it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/app/cmd_version.h"
#include "core/app/commands.h"
#include "core/app/display.h"

/* "platen --store DIR devices": the options of a command stand behind its name. */
static int complain_option(int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        if (commands_find(argv[i]) != NULL) {
            fprintf(stderr,
                    "platen: options stand behind the command: \"platen %s ...\".\n"
                    "Try \"platen %s --help\".\n",
                    argv[i], argv[i]);
            return COMMAND_USAGE;
        }
    }
    fprintf(stderr,
            "platen: there is no option \"%.40s\" without a command.\n"
            "Try \"platen --help\".\n",
            argv[1]);
    return COMMAND_USAGE;
}

/* Where a standard file is closed, the next one that is opened gets its number, a file of the store
 * for instance, and then the output. What is put there instead can be neither read nor written. */
static void take_standard_places(void)
{
    int fd;
    do {
        fd = open("/", O_PATH);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}

int main(int argc, char **argv)
{
    take_standard_places();
    display_init();
    /* A store that comes to a limit of file sizes is an error to tell, not the end. */
    signal(SIGXFSZ, SIG_IGN);
    if (argc < 2) {
        commands_print_guide();
        return fflush(stdout) == 0 ? COMMAND_OK : COMMAND_STORE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        commands_print_overview();
        return fflush(stdout) == 0 ? COMMAND_OK : COMMAND_STORE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        return cmd_version(1, argv);
    }
    if (argv[1][0] == '-') {
        return complain_option(argc, argv);
    }
    const struct command *command = commands_find(argv[1]);
    return command != NULL ? command->run(argc - 1, argv + 1) : commands_complain_unknown(argv[1]);
}
