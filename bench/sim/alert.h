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

/* Counts the alerts that came or went since the last start into all_events and critical_events of
 * the view; costs nothing the second time. */
void sim_alert_count_events(struct sim_view *view);
