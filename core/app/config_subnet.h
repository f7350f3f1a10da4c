/*
 * The subnets that a credential is for: an address, a network of any size, or a range. Other than a
 * target, a network may be as large as a site, and has no port and no name.
 */
#pragma once

#include "core/base/base.h"
#include "core/fleet/target.h"

/* Reads "10.0.0.0/8", "10.1.0.1-10.1.3.254", "10.1.0.1-254", "10.1.2.3", "2001:db8::/64".
 * IPv6 networks are /64 or longer: a range counts at most 2^64 addresses.
 * Returns: 0; BASE_EUSAGE. */
BASE_MUST_CHECK int config_subnet_read(const char *text, struct target_range *out);
