#include "core/app/show_notes.h"

#include <stdio.h>

#include "core/app/identity_words.h"
#include "core/app/when.h"
#include "core/fleet/archive.h"
#include "core/fleet/lineage.h"

_Static_assert(IDENTITY_WORDS_MAX <= SHOW_NOTE_TEXT_MAX, "a note takes the words");

static void note_duplicate(struct view *view, const struct rows_identity *identity,
                           struct show_note *note)
{
    struct store_device rival;
    note->label = "Duplicate";
    if (identity->rival != 0 && store_device_get(view->txn, identity->rival, &rival) == 0 &&
        !lineage_is_gone(&rival)) {
        (void)snprintf(note->text, sizeof(note->text),
                       "the serial number is also given by %s at %s%s", rival.id, rival.address,
                       identity->is_proven ? "" : ", which it may be with another board");
    } else {
        (void)snprintf(note->text, sizeof(note->text),
                       "the serial number is also given by other devices");
    }
}

static size_t note_merges(struct view *view, const struct store_device *device,
                          struct show_note *notes, size_t count)
{
    struct lineage_entry entry;
    struct store_device gone;
    struct bytes list;
    char ago[WHEN_TEXT_MAX];
    size_t at = 0;
    if (store_record_get(view->txn, device->number, ARCHIVE_PART_LINEAGE, &list) != 0) {
        return count;
    }
    while (count < SHOW_NOTES_MAX && lineage_next(list, &at, &entry)) {
        if (store_device_get(view->txn, entry.number, &gone) == 0) {
            when_ago(entry.unix_ms, view->now_unix_ms, ago, sizeof(ago));
            notes[count].label = "Merged";
            (void)snprintf(notes[count].text, sizeof(notes[count].text), "%s, with %s%s", ago,
                           gone.id, entry.is_automatic ? ", by evidence" : "");
            count++;
        }
    }
    return count;
}

size_t show_notes(struct view *view, const struct store_device *device, struct show_note *notes)
{
    struct rows_identity identity;
    size_t count = 0;
    view_identity(view, device, &identity);
    if (identity.is_duplicate) {
        note_duplicate(view, &identity, &notes[count++]);
    }
    if (identity.conflict_unix_ms != 0) {
        notes[count].label = "Conflict";
        identity_words_conflict(&identity, view->now_unix_ms, notes[count].text);
        count++;
    }
    return note_merges(view, device, notes, count);
}
