#include "core/app/config_report.h"

#include <stdarg.h>
#include <stdio.h>

static void BASE_PRINTF(2, 0) append(struct config_report *report, const char *format, va_list args)
{
    size_t room = sizeof(report->text) - report->size;
    int size = vsnprintf(report->text + report->size, room, format, args);
    report->size += size >= 0 && (size_t)size < room ? (size_t)size : room - 1;
}

static void BASE_PRINTF(2, 3) put(struct config_report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(report, format, args);
    va_end(args);
}

int config_report_add(struct config_report *report, const char *file, unsigned line,
                      const char *format, ...)
{
    va_list args;
    report->count++;
    if (report->count > CONFIG_REPORT_MAX) {
        return BASE_EUSAGE;
    }
    put(report, "%s", report->size > 0 ? "\n" : "");
    if (file != NULL && line > 0) {
        put(report, "%s:%u: ", file, line);
    } else if (file != NULL) {
        put(report, "%s: ", file);
    }
    va_start(args, format);
    append(report, format, args);
    va_end(args);
    return BASE_EUSAGE;
}
