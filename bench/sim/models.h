/*
 * The descriptions of model.c's list, a file for each vendor, and the rows they share.
 */
#pragma once

#include "bench/sim/spec.h"

extern const struct sim_spec sim_spec_xerox_c8045;
extern const struct sim_spec sim_spec_hp_m653;
extern const struct sim_spec sim_spec_hp_m880;
extern const struct sim_spec sim_spec_lexmark_mx722;
extern const struct sim_spec sim_spec_ricoh_imc3000;
extern const struct sim_spec sim_spec_konica_c250i;
extern const struct sim_spec sim_spec_kyocera_4053ci;
extern const struct sim_spec sim_spec_brother_l8260cdw;
extern const struct sim_spec sim_spec_canon_c5550;
extern const struct sim_spec sim_spec_canon_c5250_v1;
extern const struct sim_spec sim_spec_epson_wfc878;
extern const struct sim_spec sim_spec_samsung_m4080fx;
extern const struct sim_spec sim_spec_sharp_mx3570n;
extern const struct sim_spec sim_spec_oki_mc873;
extern const struct sim_spec sim_spec_fujifilm_c7580;
extern const struct sim_spec sim_spec_zebra_zt411;

/* A print server; not among the usual ones. */
extern const struct sim_spec sim_spec_jetdirect_ex;

extern const struct sim_spec sim_spec_other_switch;
extern const struct sim_spec sim_spec_other_hp_switch;
extern const struct sim_spec sim_spec_other_linux;
extern const struct sim_spec sim_spec_other_windows;
extern const struct sim_spec sim_spec_other_ups;
extern const struct sim_spec sim_spec_other_camera;
extern const struct sim_spec sim_spec_other_projector;
extern const struct sim_spec sim_spec_other_mute;

/* English, French, German and Spanish in UTF-8; English alone. */
extern const struct sim_spec_language sim_rows_languages[4];

/* Raw port, LPD, IPP, HTTP. */
extern const struct sim_spec_channel sim_rows_channels[4];

/* PCL 5, PCL XL, PostScript 3, PDF. */
extern const struct sim_spec_interpreter sim_rows_interpreters[4];

/* black, cyan, magenta, yellow; the same with black last; yellow, magenta, cyan, black; black. */
extern const char *const sim_rows_kcmy[4];
extern const char *const sim_rows_cmyk[4];
extern const char *const sim_rows_ymck[4];
extern const char *const sim_rows_k[1];

/* Simplex and duplex at 40 pages a minute. */
extern const struct sim_spec_path sim_rows_paths[3];

#define SIM_ROWS_OF_LANGUAGES    .languages = sim_rows_languages, .language_count = 4
#define SIM_ROWS_OF_CHANNELS     .channels = sim_rows_channels, .channel_count = 4
#define SIM_ROWS_OF_INTERPRETERS .interpreters = sim_rows_interpreters, .interpreter_count = 4
#define SIM_ROWS_OF_KCMY         .colorants = sim_rows_kcmy, .colorant_count = 4
#define SIM_ROWS_OF_CMYK         .colorants = sim_rows_cmyk, .colorant_count = 4
#define SIM_ROWS_OF_YMCK         .colorants = sim_rows_ymck, .colorant_count = 4
#define SIM_ROWS_OF_K            .colorants = sim_rows_k, .colorant_count = 1
#define SIM_ROWS_OF_PATHS        .paths = sim_rows_paths, .path_count = 3

/* What most printers fill in of prtGeneral, prtInput and prtOutput. */
#define SIM_GENERAL_USUAL SIM_COLUMNS(1, 19)
#define SIM_INPUT_USUAL   SIM_COLUMNS(2, 25)
#define SIM_OUTPUT_USUAL  SIM_COLUMNS(2, 24)

/* A4 and Letter in micrometres and in ten-thousandths of an inch: feed direction, across. */
#define SIM_A4_UM     297000, 210000
#define SIM_A3_UM     420000, 297000
#define SIM_LETTER_UM 279400, 215900
#define SIM_LETTER_IN 110000, 85000
#define SIM_LEDGER_IN 170000, 110000
#define SIM_UNKNOWN   -2, -2
