#include "bench/sim/models.h"

const struct sim_spec_language sim_rows_languages[4] = {
    {"en", "US", 106},
    {"fr", "FR", 106},
    {"de", "DE", 106},
    {"es", "ES", 106},
};

const struct sim_spec_channel sim_rows_channels[4] = {
    {11, "", "Port9100"},
    {8, "", "port=515"},
    {44, "2.0", "path=/ipp/print"},
    {42, "1.1", ""},
};

const struct sim_spec_interpreter sim_rows_interpreters[4] = {
    {3, "5c", "PCL", "20250109"},
    {47, "3.0", "PCLXL", "20250109"},
    {6, "3", "PostScript", "3018.101"},
    {54, "1.7", "PDF", "1.7"},
};

const char *const sim_rows_kcmy[4] = {"black", "cyan", "magenta", "yellow"};

const char *const sim_rows_cmyk[4] = {"cyan", "magenta", "yellow", "black"};

const char *const sim_rows_ymck[4] = {"yellow", "magenta", "cyan", "black"};

const char *const sim_rows_k[1] = {"black"};

const struct sim_spec_path sim_rows_paths[3] = {
    {5, 7, 2400, "Simplex"},
    {3, 7, 2400, "Duplex, long edge"},
    {4, 7, 2400, "Duplex, short edge"},
};
