#include "core/app/show_notes.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/app/identity_words.h"
#include "core/app/when.h"

_Static_assert(IDENTITY_WORDS_MAX <= SHOW_NOTE_TEXT_MAX, "a note takes the words");

/* Merges on a page: those that do not fit are in the JSON. */
#define MERGES_SHOWN (SHOW_NOTES_MAX - 5)

static void note_duplicate(const struct standing *standing, struct show_note *note)
{
    note->label = "Duplicate";
    if (standing->rival.number != 0) {
        (void)snprintf(note->text, sizeof(note->text),
                       "the serial number is also given by %s at %s%s", standing->rival.id,
                       standing->rival.address,
                       standing->identity.is_proven ? "" : ", which it may be with another board");
    } else {
        (void)snprintf(note->text, sizeof(note->text),
                       "the serial number is also given by other devices");
    }
}

static void note_merge(const struct standing_merge *merge, int64_t now_unix_ms,
                       struct show_note *note)
{
    char ago[WHEN_TEXT_MAX];
    when_ago(merge->unix_ms, now_unix_ms, ago, sizeof(ago));
    note->label = "Merged";
    (void)snprintf(note->text, sizeof(note->text), "%s, with %s%s", ago, merge->id,
                   merge->is_automatic ? ", by evidence" : "");
}

static void note_scope(const struct standing *standing, struct show_note *note)
{
    note->label = "Scope";
    (void)snprintf(note->text, sizeof(note->text), "%s%s", scope_name(standing->scope),
                   standing->labels.scope != SCOPE_UNCLASSIFIED ? ", by hand" : ", by a rule");
}

static void note_tags(const struct standing *standing, struct show_note *note)
{
    size_t size = 0;
    note->label = "Tags";
    for (size_t i = 0; i < standing->labels.tag_count; i++) {
        size += (size_t)snprintf(note->text + size, sizeof(note->text) - size, "%s%s",
                                 i > 0 ? ", " : "", standing->labels.tags[i]);
    }
}

/* "printer 2, one of 3 at this address; the others: 1a2b3c4d, 5e6f7a8b" */
static void note_server(const struct standing *standing, struct show_note *note)
{
    const struct archive_server *server = &standing->server;
    const struct archive_server_printer *own = &server->printers[server->own];
    const char *between = "; the others: ";
    int size = 0;
    note->label = "Server";
    if (own->place[0] != '\0') {
        size = snprintf(note->text, sizeof(note->text), "context %s, ", own->place);
    } else if (own->printer != UINT32_MAX) {
        size = snprintf(note->text, sizeof(note->text), "printer %" PRIu32 ", ", own->printer);
    }
    size += snprintf(note->text + size, sizeof(note->text) - (size_t)size,
                     "one of %zu at this address", server->count);
    for (size_t i = 0; i < server->count; i++) {
        if (i != server->own) {
            size += snprintf(note->text + size, sizeof(note->text) - (size_t)size, "%s%.8s",
                             between, standing->server_ids[i]);
            between = ", ";
        }
    }
}

size_t show_notes(const struct standing *standing, int64_t now_unix_ms, struct show_note *notes)
{
    size_t count = 0;
    if (standing->identity.is_duplicate) {
        note_duplicate(standing, &notes[count++]);
    }
    if (standing->identity.conflict_unix_ms != 0) {
        notes[count].label = "Conflict";
        identity_words_conflict(&standing->identity, now_unix_ms, notes[count].text);
        count++;
    }
    for (size_t i = 0; i < standing->merge_count && i < MERGES_SHOWN; i++) {
        note_merge(&standing->merges[i], now_unix_ms, &notes[count++]);
    }
    if (standing->scope != SCOPE_UNCLASSIFIED) {
        note_scope(standing, &notes[count++]);
    }
    if (standing->labels.tag_count > 0) {
        note_tags(standing, &notes[count++]);
    }
    if (standing->server.count > 1) {
        note_server(standing, &notes[count++]);
    }
    return count;
}
