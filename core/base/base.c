#include "core/base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *base_strerror(int status)
{
    switch (status) {
    case 0:
        return "success";
#define BASE_STATUS_TEXT(name, value, text)                                                        \
    case name:                                                                                     \
        return text;
        BASE_STATUS(BASE_STATUS_TEXT)
#undef BASE_STATUS_TEXT
    default: {
        const char *text = status < 0 ? strerrordesc_np(-status) : NULL;
        return text != NULL ? text : "unknown error";
    }
    }
}

int base_fail(int code, char *message, size_t cap, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, cap, format, args);
    va_end(args);
    return code;
}

_Noreturn void base_require_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "platen: %s:%d: broken promise: %s\n", file, line, condition);
    abort();
}
