/*
 * Names of the enumerations, spelled as the MIB modules spell them.
 * Sources: RFC 2790, RFC 3805, RFC 3806, IANA-PRINTER-MIB (2016-09-14 and its later codes).
 */
#include "proto/reading_internal.h"

#define NAMES(...)                                                                                 \
    {                                                                                              \
        .names = (const char *const[]){__VA_ARGS__},                                               \
        .count = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *),                \
    }

const struct reading_names reading_device_states =
    NAMES(NULL, "unknown", "running", "warning", "testing", "down");

const struct reading_names reading_printer_states =
    NAMES(NULL, "other", "unknown", "idle", "printing", "warmup");

/* By bit of hrPrinterDetectedErrorState, the most significant of the first octet first. */
const struct reading_names reading_error_bits =
    NAMES("lowPaper", "noPaper", "lowToner", "noToner", "doorOpen", "jammed", "offline",
          "serviceRequested", "inputTrayMissing", "outputTrayMissing", "markerSupplyMissing",
          "outputNearFull", "outputFull", "inputTrayEmpty", "overduePreventMaint");

/* PrtMarkerSuppliesSupplyUnitTC, PrtCapacityUnitTC and PrtMarkerCounterUnitTC agree where they
 * meet. */
const struct reading_names reading_units =
    NAMES(NULL, "other", "unknown", "tenThousandthsOfInches", "micrometers", "characters", "lines",
          "impressions", "sheets", "dotRow", NULL, "hours", "thousandthsOfOunces", "tenthsOfGrams",
          "hundrethsOfFluidOunces", "tenthsOfMilliliters", "feet", "meters", "items", "percent");

const struct reading_names reading_speed_units =
    NAMES(NULL, "other", "unknown", "tenThousandthsOfInchesPerHour", "micrometersPerHour",
          "charactersPerHour", "linesPerHour", "impressionsPerHour", "sheetsPerHour",
          "dotRowPerHour", NULL, NULL, NULL, NULL, NULL, NULL, "feetPerHour", "metersPerHour");

const struct reading_names reading_supply_types =
    NAMES(NULL, "other", "unknown", "toner", "wasteToner", "ink", "inkCartridge", "inkRibbon",
          "wasteInk", "opc", "developer", "fuserOil", "solidWax", "ribbonWax", "wasteWax", "fuser",
          "coronaWire", "fuserOilWick", "cleanerUnit", "fuserCleaningPad", "transferUnit",
          "tonerCartridge", "fuserOiler", "water", "wasteWater", "glueWaterAdditive", "wastePaper",
          "bindingSupply", "bandingSupply", "stitchingWire", "shrinkWrap", "paperWrap", "staples",
          "inserts", "covers", "matteToner", "matteInk");

const struct reading_names reading_cover_states =
    NAMES(NULL, "other", "unknown", "coverOpen", "coverClosed", "interlockOpen", "interlockClosed");

const struct reading_names reading_mark_techs = NAMES(
    NULL, "other", "unknown", "electrophotographicLED", "electrophotographicLaser",
    "electrophotographicOther", "impactMovingHeadDotMatrix9pin", "impactMovingHeadDotMatrix24pin",
    "impactMovingHeadDotMatrixOther", "impactMovingHeadFullyFormed", "impactBand", "impactOther",
    "inkjetAqueous", "inkjetSolid", "inkjetOther", "pen", "thermalTransfer", "thermalSensitive",
    "thermalDiffusion", "thermalOther", "electroerosion", "electrostatic", "photographicMicrofiche",
    "photographicImagesetter", "photographicOther", "ionDeposition", "eBeam", "typesetter");

const struct reading_names reading_path_types =
    NAMES(NULL, "other", "unknown", "longEdgeBindingDuplex", "shortEdgeBindingDuplex", "simplex");

/* 4 and 5 are both warnings to people: 5, warningBinaryChangeEvent, only promises that its end will
 * be told, too. The code says which. */
const struct reading_names reading_severities =
    NAMES(NULL, "other", NULL, "critical", "warning", "warning");

const struct reading_names reading_alert_groups =
    NAMES(NULL, "other", "unknown", "hostResourcesMIBStorageTable", "hostResourcesMIBDeviceTable",
          "generalPrinter", "cover", "localization", "input", "output", "marker", "markerSupplies",
          "markerColorant", "mediaPath", "channel", "interpreter", "consoleDisplayBuffer",
          "consoleLights", "alert", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          NULL, "finDevice", "finSupply", "finSupplyMediaInput", "finAttribute");

static const struct reading_names codes_1 =
    NAMES("other", "unknown", "coverOpen", "coverClosed", "interlockOpen", "interlockClosed",
          "configurationChange", "jam", "subunitMissing", "subunitLifeAlmostOver",
          "subunitLifeOver", "subunitAlmostEmpty", "subunitEmpty", "subunitAlmostFull",
          "subunitFull", "subunitNearLimit", "subunitAtLimit", "subunitOpened", "subunitClosed",
          "subunitTurnedOn", "subunitTurnedOff", "subunitOffline", "subunitPowerSaver",
          "subunitWarmingUp", "subunitAdded", "subunitRemoved", "subunitResourceAdded",
          "subunitResourceRemoved", "subunitRecoverableFailure", "subunitUnrecoverableFailure",
          "subunitRecoverableStorageError", "subunitUnrecoverableStorageError",
          "subunitMotorFailure", "subunitMemoryExhausted", "subunitUnderTemperature",
          "subunitOverTemperature", "subunitTimingFailure", "subunitThermistorFailure");

static const struct reading_names codes_501 =
    NAMES("doorOpen", "doorClosed", "powerUp", "powerDown", "printerNMSReset", "printerManualReset",
          "printerReadyToPrint");

static const struct reading_names codes_801 =
    NAMES("inputMediaTrayMissing", "inputMediaSizeChange", "inputMediaWeightChange",
          "inputMediaTypeChange", "inputMediaColorChange", "inputMediaFormPartsChange",
          "inputMediaSupplyLow", "inputMediaSupplyEmpty", "inputMediaChangeRequest",
          "inputManualInputRequest", "inputTrayPositionFailure", "inputTrayElevationFailure",
          "inputCannotFeedSizeSelected", "inputMediaTrayFeedError", "inputMediaTrayJam",
          "inputMediaTrayFailure", "inputPickRollerLifeWarn", "inputPickRollerLifeOver",
          "inputPickRollerFailure", "inputPickRollerMissing");

static const struct reading_names codes_901 =
    NAMES("outputMediaTrayMissing", "outputMediaTrayAlmostFull", "outputMediaTrayFull",
          "outputMailboxSelectFailure", "outputMediaTrayFeedError", "outputMediaTrayJam",
          "outputMediaTrayFailure");

static const struct reading_names codes_1001 =
    NAMES("markerFuserUnderTemperature", "markerFuserOverTemperature", "markerFuserTimingFailure",
          "markerFuserThermistorFailure", "markerAdjustingPrintQuality", NULL, NULL, NULL, NULL,
          "markerLifeAlmostOver", "markerLifeOver", NULL, "markerMissing", "markerMotorFailure",
          NULL, NULL, NULL, NULL, "markerPowerSaver", NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          NULL, NULL, NULL, "markerWarmingUp");

static const struct reading_names codes_1101 = NAMES(
    "markerTonerEmpty", "markerInkEmpty", "markerPrintRibbonEmpty", "markerTonerAlmostEmpty",
    "markerInkAlmostEmpty", "markerPrintRibbonAlmostEmpty", "markerWasteTonerReceptacleAlmostFull",
    "markerWasteInkReceptacleAlmostFull", "markerWasteTonerReceptacleFull",
    "markerWasteInkReceptacleFull", "markerOpcLifeAlmostOver", "markerOpcLifeOver",
    "markerDeveloperAlmostEmpty", "markerDeveloperEmpty", "markerTonerCartridgeMissing",
    "markerCleanerMissing", "markerDeveloperMissing", "markerFuserMissing", "markerInkMissing",
    "markerOpcMissing", "markerPrintRibbonMissing", "markerSupplyAlmostEmpty", "markerSupplyEmpty",
    "markerSupplyMissing", "markerWasteAlmostFull", "markerWasteFull", "markerWasteMissing",
    "markerWasteInkReceptacleMissing", "markerWasteTonerReceptacleMissing", "markerTonerMissing",
    "markerSupplyFailure");

static const struct reading_names codes_1301 = NAMES(
    "mediaPathMediaTrayMissing", "mediaPathMediaTrayAlmostFull", "mediaPathMediaTrayFull",
    "mediaPathCannotDuplexMediaSelected", "mediaPathFailure", "mediaPathJam", NULL, NULL, NULL,
    "mediaPathInputRequest", "mediaPathInputFeedError", "mediaPathInputJam", NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, "mediaPathOutputFeedError", "mediaPathOutputJam", "mediaPathOutputFull",
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, "mediaPathPickRollerLifeWarn",
    "mediaPathPickRollerLifeOver", "mediaPathPickRollerFailure", "mediaPathPickRollerMissing");

static const struct reading_names codes_1501 =
    NAMES("interpreterMemoryIncrease", "interpreterMemoryDecrease", "interpreterCartridgeAdded",
          "interpreterCartridgeDeleted", "interpreterResourceAdded", "interpreterResourceDeleted",
          "interpreterResourceUnavailable", NULL, "interpreterComplexPageEncountered");

static const struct reading_names codes_1801 = NAMES("alertRemovalOfBinaryChangeEntry");

static const struct reading_names codes_5101 =
    NAMES("scannerLightLifeAlmostOver", "scannerLightLifeOver", "scannerLightFailure",
          "scannerLightMissing", NULL, NULL, NULL, NULL, NULL, NULL, "scannerSensorLifeAlmostOver",
          "scannerSensorLifeOver", "scannerSensorFailure", "scannerSensorMissing");

static const struct reading_names codes_5201 =
    NAMES("scanMediaPathTrayMissing", "scanMediaPathTrayAlmostFull", "scanMediaPathTrayFull", NULL,
          "scanMediaPathFailure", "scanMediaPathJam", NULL, NULL, NULL, "scanMediaPathInputRequest",
          "scanMediaPathInputFeedError", "scanMediaPathInputJam", NULL, NULL, NULL, NULL, NULL,
          NULL, NULL, NULL, "scanMediaPathOutputFeedError", "scanMediaPathOutputJam",
          "scanMediaPathOutputFull", NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          "scanMediaPathPickRollerLifeWarn", "scanMediaPathPickRollerLifeOver",
          "scanMediaPathPickRollerFailure", "scanMediaPathPickRollerMissing");

static const struct reading_names codes_6101 =
    NAMES("faxModemMissing", "faxModemLifeAlmostOver", "faxModemLifeOver", "faxModemTurnedOn",
          "faxModemTurnedOff");

/* Runs of codes, ascending. */
static const struct {
    int64_t first;
    const struct reading_names *names;
} code_runs[] = {
    {1, &codes_1},       {501, &codes_501},   {801, &codes_801},   {901, &codes_901},
    {1001, &codes_1001}, {1101, &codes_1101}, {1301, &codes_1301}, {1501, &codes_1501},
    {1801, &codes_1801}, {5101, &codes_5101}, {5201, &codes_5201}, {6101, &codes_6101},
};

/* RFC 3806: code = 30000 + 100 * family + meaning, meanings 3 to 38 as the generic codes. */
#define FINISHER_CODE_BASE     30000
#define FINISHER_FAMILY_FIRST  2
#define FINISHER_MEANING_FIRST 3
#define FINISHER_MEANING_COUNT 36
#define FINISHER(family)                                                                           \
    {                                                                                              \
        family "CoverOpen", family "CoverClosed", family "InterlockOpen",                          \
            family "InterlockClosed", family "ConfigurationChange", family "Jam",                  \
            family "Missing", family "LifeAlmostOver", family "LifeOver", family "AlmostEmpty",    \
            family "Empty", family "AlmostFull", family "Full", family "NearLimit",                \
            family "AtLimit", family "Opened", family "Closed", family "TurnedOn",                 \
            family "TurnedOff", family "Offline", family "PowerSaver", family "WarmingUp",         \
            family "Added", family "Removed", family "ResourceAdded", family "ResourceRemoved",    \
            family "RecoverableFailure", family "UnrecoverableFailure",                            \
            family "RecoverableStorageError", family "UnrecoverableStorageError",                  \
            family "MotorFailure", family "MemoryExhausted", family "UnderTemperature",            \
            family "OverTemperature", family "TimingFailure", family "ThermistorFailure",          \
    }

static const char *const finishers[][FINISHER_MEANING_COUNT] = {
    FINISHER("stapler"),          FINISHER("stitcher"),     FINISHER("folder"),
    FINISHER("binder"),           FINISHER("trimmer"),      FINISHER("dieCutter"),
    FINISHER("puncher"),          FINISHER("perforater"),   FINISHER("slitter"),
    FINISHER("separationCutter"), FINISHER("imprinter"),    FINISHER("wrapper"),
    FINISHER("bander"),           FINISHER("makeEnvelope"), FINISHER("stacker"),
    FINISHER("sheetRotator"),     FINISHER("inserter"),
};

const char *reading_name(const struct reading_names *names, int64_t code)
{
    return code >= 0 && (uint64_t)code < names->count ? names->names[code] : NULL;
}

static const char *finisher_code_name(int64_t code)
{
    int64_t family = (code - FINISHER_CODE_BASE) / 100 - FINISHER_FAMILY_FIRST;
    int64_t meaning = code % 100 - FINISHER_MEANING_FIRST;

    if (family < 0 || (uint64_t)family >= BASE_ARRAY_COUNT(finishers) || meaning < 0 ||
        meaning >= FINISHER_MEANING_COUNT) {
        return NULL;
    }
    return finishers[family][meaning];
}

const char *reading_alert_code_name(int64_t code)
{
    if (code >= FINISHER_CODE_BASE) {
        return finisher_code_name(code);
    }
    for (size_t i = BASE_ARRAY_COUNT(code_runs); i-- > 0;) {
        if (code >= code_runs[i].first) {
            return reading_name(code_runs[i].names, code - code_runs[i].first);
        }
    }
    return NULL;
}
