/*
 * What a service tells the one that runs it: lines of log that the journal understands, and, under
 * systemd, that it is ready, reloading, stopping and alive (sd_notify(3)). Without systemd only the
 * log is left. No line ever holds a secret: callers log names, places and figures.
 */
#pragma once

#include "core/base/base.h"

/* As the journal counts them, sd-daemon(3). */
enum service_level {
    SERVICE_ERROR = 3,
    SERVICE_WARNING = 4,
    SERVICE_NOTICE = 5,
    SERVICE_INFO = 6,
    SERVICE_DEBUG = 7
};

/* Writes one line to stderr: with "<6>" before it, or to a terminal with the time. Of a text with
 * several lines each is one. Lines above the level set are left out. */
void service_log(enum service_level level, const char *format, ...) BASE_PRINTF(2, 3);

/* The least important level that is written; SERVICE_INFO at first. */
void service_log_until(enum service_level level);

/* Tell systemd, if it has started us, in which state the service is. */
void service_ready(void);
void service_reloading(void);
void service_stopping(void);

/* What `systemctl status` shows. */
void service_status(const char *text);

/* Tells that the service is alive, if systemd watches. Call it once a second. */
void service_alive(void);
