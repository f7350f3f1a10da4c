/*
 * Text of devices, made fit to show: any octets in, clean UTF-8 out.
 *
 * What a device calls a string may be UTF-8, one of forty charsets (RFC 3805 localizes part of its
 * strings), padded with NUL or dots, spread over lines, or meant to attack a terminal. The result
 * is always valid UTF-8 without control characters, escape sequences, bidirectional overrides and
 * zero-width characters; runs of blanks are one blank; nothing stands at either end.
 *
 * The decoder is tried in this order: valid UTF-8 as it stands, whatever the charset says (devices
 * announce HP Roman-8 and send UTF-8: Brother HL-L8260CDW); then the announced charset by iconv;
 * then Windows-1252, its undefined octets dropped. Two exceptions, both cases in which UTF-8 would
 * match by accident: an announced ISO-2022 with an escape in the text, and an announced UTF-16 with
 * a NUL in it. An ISO 10646 text cut inside its last character (devices cut at 63 or 255 octets)
 * counts as UTF-8 and loses that character.
 *
 * State is only a small cache of iconv descriptors; one decoder serves one thread. Plain ASCII, the
 * usual case, touches none of it.
 * Sources: RFC 3805 section 2.2.1.1, RFC 3629, IANA character sets (MIBenum).
 */
#pragma once

#include <iconv.h>

#include "core/base/base.h"
#include "core/base/bytes.h"

/* MIBenum of "nothing is announced". */
#define TEXT_CHARSET_NONE 0

/* Octets of one string beyond this are ignored. RFC 3805 strings end at 255, a record's values at
 * 1023. */
#define TEXT_RAW_MAX 1024

/* Room for the cleaned text of any string of `size` octets, NUL included: one octet becomes three
 * at most (a Windows-1252 quote). */
#define TEXT_BOUND(size) (3 * (size) + 1)

/* Descriptors kept open: a fleet has a handful of charsets. */
#define TEXT_DECODER_SLOTS 8

struct text_decoder {
    struct {
        int64_t charset;    /* MIBenum, TEXT_CHARSET_NONE = free */
        iconv_t descriptor; /* (iconv_t)-1 when the system lacks the charset */
    } slots[TEXT_DECODER_SLOTS];
    unsigned next; /* the slot to give up next */
};

/* Prepares an empty cache. */
void text_init(struct text_decoder *decoder);

/* Closes the cached descriptors. */
void text_fini(struct text_decoder *decoder);

/* As text_clean for a text that needs no cleaning but at its ends, whatever its charset, as most do
 * not: it is plain ASCII, without controls and double blanks.
 * out: room for TEXT_BOUND(raw.size) octets.
 * Returns: the length; 0 when the text is for text_clean. */
size_t text_clean_plain(struct bytes raw, char *out);

/* Writes the clean text of `raw`, NUL-terminated.
 * charset: MIBenum announced for this string, or TEXT_CHARSET_NONE.
 * cap: at least TEXT_BOUND of the octets that count (see TEXT_RAW_MAX).
 * Returns: the length; 0 when nothing but padding was there. */
size_t text_clean(struct text_decoder *decoder, struct bytes raw, int64_t charset, char *out,
                  size_t cap);

/* Returns: iconv's name of a MIBenum, or NULL for a charset that is not supported. */
const char *text_charset_name(int64_t charset);
