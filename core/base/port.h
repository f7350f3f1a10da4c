/*
 * Ports that print what they are sent: the line printer daemon's and the raw ones. Whatever reaches
 * them comes out on paper, so nothing of ours may ever be sent there. This is the only place in the
 * program where their numbers stand (tests/layers/check holds the others to that).
 */
#pragma once

#include "core/base/base.h"

#define PORT_LPD       515  /* RFC 1179 */
#define PORT_RAW_FIRST 9100 /* AppSocket, JetDirect; the ones above are for further interfaces */
#define PORT_RAW_LAST  9107

/* Says whether the port prints what it is sent. */
static inline bool port_prints(uint16_t port)
{
    return port == PORT_LPD || (port >= PORT_RAW_FIRST && port <= PORT_RAW_LAST);
}
