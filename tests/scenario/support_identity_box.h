/*
 * A print server in the street, at its first address, whose printers are told apart by community or
 * by SNMPv3 context: behind[0][0] is at the default one, the others at places of their own.
 */
#pragma once

#include "tests/scenario/support_identity.h"

/* Makes it, with the printers 0 to 2, whose own addresses are empty from then on. */
void street_make_box(struct street *street, enum street_box box);

/* Makes what answers there; frees all of it. */
void street_build_box(struct street *street);
void street_free_box(struct street *street);

/* What the street gives for it: what a box says, what a printer says, and how a result is kept. */
void street_put_card(struct agent_mib *mib, const struct street_printer *printer);
void street_put_printer(struct agent_mib *mib, const struct street_printer *printer, int which,
                        unsigned d, unsigned sweeps);
void street_keep(struct street *street, struct archive_item item);

/* Each plays one scenario and writes how it ended. */
void identity_box_community(char *got);
void identity_box_context(char *got);
void identity_box_blank(char *got);
void identity_box_unplugged(char *got);
void identity_box_plugged_over(char *got);
void identity_box_plugged_over_default(char *got);
void identity_box_moved(char *got);
void identity_box_off(char *got);
void identity_box_empty_default(char *got);
void identity_box_ignores(char *got);
void identity_box_ignores_blank(char *got);
void identity_box_replaced(char *got);
void identity_box_changes_version(char *got);
