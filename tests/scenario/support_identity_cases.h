/*
 * Scenarios of identity in which the hardware changes: boards, network cards, print servers, and
 * people who know better. And what all scenarios share: how they end in words.
 */
#pragma once

#include "tests/scenario/support_identity.h"

#define GOT_MAX 160

/* Writes what stands in the store in the words of the table (test_identity.c). */
void identity_look(struct street *street, char *got);

/* Adds to it. */
void identity_note(char *got, const char *format, ...) BASE_PRINTF(2, 3);

/* Ends a scenario; the second one tells how many of the first printers are flagged. */
void identity_close(struct street *street, char *got);
void identity_flags(struct street *street, int printers, char *got);

/* Gives a printer another serial number. */
void identity_serial(struct street *street, int printer, const char *serial);

/* Each plays one scenario and writes how it ended. */
void identity_board_mac(char *got);
void identity_board_moved(char *got);
void identity_board_moved_unseen(char *got);
void identity_board_blank(char *got);
void identity_board_serial(char *got);
void identity_card_moved(char *got);
void identity_print_server(char *got);
void identity_print_server_blank(char *got);
void identity_print_server_grows(char *got);
void identity_print_server_serial(char *got);
void identity_merge_and_split(char *got);
void identity_split_stays(char *got);
