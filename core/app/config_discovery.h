/*
 * The lists of the section `discovery`: which addresses a search is about when the command line
 * names none, and which are never asked.
 */
#pragma once

#include "core/app/config.h"
#include "core/base/base.h"
#include "core/fleet/targets.h"

/* Adds the items of discovery.targets and of discovery.exclude to lists that are open. A file
 * (@FILE) counts from the working directory.
 * Return: 0; BASE_EUSAGE after reporting what is wrong; -ENOMEM. */
BASE_MUST_CHECK int config_discovery_targets(const struct config *config, struct targets *targets,
                                             struct config_report *report);
BASE_MUST_CHECK int config_discovery_exclude(const struct config *config, struct targets *excluded,
                                             struct config_report *report);
