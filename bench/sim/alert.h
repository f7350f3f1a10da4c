/*
 * The alerts that stand at a device, and how many have come and gone.
 *
 * They follow from wear.h and event.h: a supply or tray that is low or empty, a jam with an open
 * cover, a service call; and rows that tell no fault (powerUp, Sleep, Idle) by the vendor's habit.
 * prtAlertAllEvents and prtAlertCriticalEvents count exactly these comings and goings.
 */
#pragma once

#include "bench/sim/device.h"

/* Computes the alerts of the view and what follows from them; costs nothing the second time. */
void sim_alert_find(struct sim_view *view);

/* Alerts that came or went since the last start, and of those the critical ones. */
uint32_t sim_alert_all_events(const struct sim_view *view);
uint32_t sim_alert_critical_events(const struct sim_view *view);
