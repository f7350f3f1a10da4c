/*
 * The section `scope` of the configuration: an ordered list of rules, of which the first that
 * matches counts.
 *
 *   scope:
 *     - {vendor: Zebra, scope: out}
 *     - {subnet: 10.9.0.0/16, model: "LaserJet*", scope: in}
 *     - {serial: "XRX*", tag: leased, scope: in}
 *
 * A rule without any condition matches every device, and stands last.
 */
#pragma once

#include "core/app/config.h"
#include "core/base/base.h"
#include "core/fleet/scope.h"

/* Reads the rules; none when the section is absent.
 * Returns: 0; BASE_EUSAGE after reporting what is wrong. */
BASE_MUST_CHECK int config_scope_read(const struct config *config, struct scope_rules *rules,
                                      struct config_report *report);
