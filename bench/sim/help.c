#include <string.h>

#include "bench/sim/options.h"

/* In parts: C11 promises no longer strings than 4,095 octets. */
static const char *const parts[] = {
    "platen-sim: a fleet of simulated printers on loopback addresses of one UDP port\n"
    "\n"
    "  platen-sim --devices 2000 --delay-ms 5-50 --loss 1%\n"
    "  platen-sim --recordings walks/ --devices 0 --clock frozen\n"
    "\n"
    "Prints `ready COUNT devices FIRST-LAST port PORT` once it answers, and one line of JSON with\n"
    "its counters when it ends (SIGTERM, SIGINT or --run-seconds). SIGUSR1 writes --truth now.\n"
    "Answers SNMPv1, v2c and v3 for addresses of 127.0.0.0/8 only, whatever the options say.\n"
    "\n"
    "The fleet\n"
    "  --devices N           how many (50)\n"
    "  --others N            so many more that are no printers: switches, hosts, power supplies\n"
    "  --base ADDRESS        of the first; the others follow one by one (127.1.0.1)\n"
    "  --spread N            ... or in no order over so many addresses; the rest is silent\n"
    "  --port PORT           UDP (21161)\n"
    "  --seed N              equal seeds are equal fleets (1)\n"
    "  --community NAMES     the one that is answered (public); several, separated by commas,\n"
    "                        are taken in turn\n"
    "  --models LIST         names separated by commas, taken in turn; `all` adds those that are\n"
    "                        left out because they answer v1 only. --list shows the names.\n"
    "                        jetdirect-ex, by name only, is a print server: port 2 is the context\n"
    "                        port2, or the community with .2 behind it\n"
    "  --recordings FOLDER   each *.snmprec in it is one more device, after the generated ones,\n"
    "                        in the order of the file names\n"
    "  --ipv6 N              devices 0..N-1 answer on [::1] too, at ports PORT..PORT+N-1\n"
    "  --reply-max BYTES     the longest datagram a device sends (1472)\n"
    "\n"
    "Time\n"
    "  --epoch SECONDS|now   simulated Unix time at the start (1793606400)\n"
    "  --time-scale X        simulated seconds in a real one (1)\n"
    "  --clock running|frozen  frozen: meters, levels and uptime stand still (running)\n"
    "\n"
    "The network (shares of datagrams: 0.01 or 1%)\n"
    "  --loss SHARE          questions that are lost\n"
    "  --duplicate SHARE     answers that come twice\n"
    "  --reorder SHARE       answers that come 2 ms late\n"
    "  --delay-ms A[-B]      how long an answer takes\n",
    "\n"
    "Devices with flaws (shares of devices)\n"
    "  --dead SHARE          never answer\n"
    "  --sleep SHARE         asleep: miss the first question or answer it a second late\n"
    "  --v1-only SHARE       do not answer v2c\n"
    "  --small-pdu SHARE[:BYTES]  say tooBig instead of a longer answer (484)\n"
    "  --small-pdu-silent    ... or say nothing\n"
    "  --nonincreasing SHARE the third row of a table is the first again\n"
    "  --endless SHARE       the columns of prtAlertTable never end\n"
    "  --wrong-source SHARE  answer from another address\n"
    "  --reboot-on-poll SHARE  asked by GETBULK for alerts or supplies they fall silent for 5 s\n"
    "                        and come back with sysUpTime 0\n"
    "  --hostile SHARE       send answers made to break a manager, each device one kind\n"
    "  --hostile-kind KIND   the one kind for all of them; an unknown one prints the list\n"
    "\n"
    "SNMPv3\n"
    "  --v3 USER[:AUTH:AUTHPASS[:PRIV:PRIVPASS]]  a user of all devices; up to 8 times\n"
    "                        AUTH md5, sha, sha224, sha256, sha384 or sha512; PRIV des, aes, "
    "aes192,\n"
    "                        aes256, aes192c or aes256c (c: key extension of Reeder and Cisco)\n"
    "  --v3-share SHARE      devices that speak it (1)\n"
    "  --no-v2               those do not answer v1 and v2c\n"
    "  --context NAME[:VENDOR]  devices, or those whose model's name starts with VENDOR, show all\n"
    "                        in that context and in the default one only the system group\n"
    "  --v3-flaw SHARE[:KIND]  of them have a broken engine or answers that are tampered with, "
    "each\n"
    "                        one kind, or all the one kind. A manager must read the first group:\n"
    "      clock-fast clock-still same-engine reboots boots-back report-spoof replay\n"
    "                        ... and take no reading of the others:\n"
    "      reboots-always boots-max loop-engine loop-window loop-alternate loop-level "
    "report-empty\n"
    "      wrong-digest short-digest wrong-msgid wrong-user lower-level plaintext forged-engine\n"
    "\n"
    "Output\n"
    "  --list                print the devices and end; with --json one object a line\n"
    "  --truth FILE          at the end write what each device is and shows, one JSON object a\n"
    "                        line; exact for what was answered when the clock is frozen\n"
    "  --stats FILE          the counters go there instead of stderr\n"
    "  --run-seconds X       end by itself\n"
    "  --no-templates        make every answer step by step (for tests)\n"
    "  --help, --version\n"
    "\n"
    "Exit codes: 0 ended well, 2 usage error, 3 a system call failed.\n",
};

const char *sim_options_help(void)
{
    static char help[8192];
    size_t size = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        size_t length = strlen(parts[i]);

        memcpy(help + size, parts[i], length + 1);
        size += length;
    }
    return help;
}
