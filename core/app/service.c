#include "core/app/service.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "core/app/when.h"
#include "core/base/clock.h"

static enum service_level log_until = SERVICE_INFO;

static void write_line(enum service_level level, const char *line, size_t size)
{
    static const char *const words[] = {
        [SERVICE_ERROR] = "error: ", [SERVICE_WARNING] = "warning: "};
    char moment[WHEN_TEXT_MAX];
    const char *word = level <= SERVICE_WARNING ? words[level] : "";
    if (isatty(STDERR_FILENO) != 0) {
        when_iso(clock_unix_ms(), moment, sizeof(moment));
        fprintf(stderr, "%s %s%.*s\n", moment, word, (int)size, line);
    } else {
        fprintf(stderr, "<%d>%s%.*s\n", (int)level, word, (int)size, line);
    }
}

void service_log(enum service_level level, const char *format, ...)
{
    char text[4096];
    va_list args;
    if (level > log_until) {
        return;
    }
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    for (const char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        write_line(level, line, size);
        line += size + (line[size] == '\n');
    }
}

void service_log_until(enum service_level level)
{
    log_until = level;
}

void service_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void service_reloading(void)
{
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_mono_us());
}

void service_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}

void service_status(const char *text)
{
    (void)sd_notifyf(0, "STATUS=%s", text);
}

void service_alive(void)
{
    if (sd_watchdog_enabled(0, NULL) > 0) {
        (void)sd_notify(0, "WATCHDOG=1");
    }
}
