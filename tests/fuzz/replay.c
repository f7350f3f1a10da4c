/*
 * Stands in for libFuzzer in ordinary builds: hands every file named on the command line, or found
 * directly in a folder named there, to the fuzz target once. It searches for nothing itself.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No input of a corpus comes near this; a file that does is a mistake, and is refused. */
#define REPLAY_MAX_BYTES ((size_t)1 << 24)

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return -1;
    }
    struct stat status;
    if (fstat(fileno(file), &status) != 0 || (size_t)status.st_size > REPLAY_MAX_BYTES) {
        fprintf(stderr, "%s: not a readable file of at most 16 MiB\n", path);
        fclose(file);
        return -1;
    }
    size_t size = (size_t)status.st_size;
    /* Exactly the input's size, so that AddressSanitizer sees a read one byte past it. */
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data == NULL || fread(data, 1, size, file) != size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        free(data);
        fclose(file);
        return -1;
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

static int replay_folder(DIR *folder, const char *path, size_t *count)
{
    int result = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        char name[4096];
        int length = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof name || replay_file(name) != 0) {
            result = -1;
            continue;
        }
        *count += 1;
    }
    return result;
}

int main(int argc, char **argv)
{
    int result = 0;
    size_t count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder != NULL) {
            result |= replay_folder(folder, argv[i], &count);
            closedir(folder);
        } else if (replay_file(argv[i]) == 0) {
            count++;
        } else {
            result = -1;
        }
    }
    printf("replayed %zu inputs\n", count);
    if (count == 0) {
        fprintf(stderr, "nothing to replay\n");
    }
    return result == 0 && count > 0 ? 0 : 1;
}
