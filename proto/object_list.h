/*
 * The list of every MIB object that Platen wants: the one data table. Included by object.h only.
 *
 * X(SYMBOL, id, TABLE, arc below the table's root, MIB name, kind, pace, role)
 *   id    stored in records: never reused, never changed, 1..239
 *   kind  NUMBER (any numeric type), TEXT, LOCALIZED and CONSOLE_TEXT (RFC 3805 charset rules),
 *         OID, BITS, OCTETS
 *   pace  STATIC: changes only with prtGeneralConfigChanges or a restart; MOVING: asked each time
 *   role  KEY: tells which rows a table has, always asked to the end; PLAIN: follows the keys' rows
 *
 * Sources: RFC 1213, RFC 2790, RFC 2863, RFC 3805 and its IANA module.
 */

/* T(SYMBOL, root OID of the columns, name, rows a first question should expect) */
#define OBJECT_TABLES(T)                                                                           \
    T(SYSTEM, "1.3.6.1.2.1.1", "system", 1)                                                        \
    T(HR_DEVICE, "1.3.6.1.2.1.25.3.2.1", "hrDeviceTable", 5)                                       \
    T(HR_PRINTER, "1.3.6.1.2.1.25.3.5.1", "hrPrinterTable", 1)                                     \
    T(INTERFACE, "1.3.6.1.2.1.2.2.1", "ifTable", 2)                                                \
    T(IP_ADDRESS, "1.3.6.1.2.1.4.20.1", "ipAddrTable", 2)                                          \
    T(GENERAL, "1.3.6.1.2.1.43.5.1.1", "prtGeneralTable", 1)                                       \
    T(COVER, "1.3.6.1.2.1.43.6.1.1", "prtCoverTable", 3)                                           \
    T(LOCALIZATION, "1.3.6.1.2.1.43.7.1.1", "prtLocalizationTable", 2)                             \
    T(INPUT, "1.3.6.1.2.1.43.8.2.1", "prtInputTable", 4)                                           \
    T(OUTPUT, "1.3.6.1.2.1.43.9.2.1", "prtOutputTable", 2)                                         \
    T(MARKER, "1.3.6.1.2.1.43.10.2.1", "prtMarkerTable", 1)                                        \
    T(SUPPLY, "1.3.6.1.2.1.43.11.1.1", "prtMarkerSuppliesTable", 5)                                \
    T(COLORANT, "1.3.6.1.2.1.43.12.1.1", "prtMarkerColorantTable", 4)                              \
    T(MEDIA_PATH, "1.3.6.1.2.1.43.13.4.1", "prtMediaPathTable", 2)                                 \
    T(CONSOLE, "1.3.6.1.2.1.43.16.5.1", "prtConsoleDisplayBufferTable", 2)                         \
    T(LIGHT, "1.3.6.1.2.1.43.17.6.1", "prtConsoleLightTable", 2)                                   \
    T(ALERT, "1.3.6.1.2.1.43.18.1.1", "prtAlertTable", 3)

#define OBJECT_LIST(X)                                                                             \
    X(SYS_DESCR, 1, SYSTEM, 1, "sysDescr", TEXT, STATIC, KEY)                                      \
    X(SYS_OBJECT_ID, 2, SYSTEM, 2, "sysObjectID", OID, STATIC, KEY)                                \
    X(SYS_UPTIME, 3, SYSTEM, 3, "sysUpTime", NUMBER, MOVING, KEY)                                  \
    X(SYS_CONTACT, 4, SYSTEM, 4, "sysContact", TEXT, STATIC, KEY)                                  \
    X(SYS_NAME, 5, SYSTEM, 5, "sysName", TEXT, STATIC, KEY)                                        \
    X(SYS_LOCATION, 6, SYSTEM, 6, "sysLocation", TEXT, STATIC, KEY)                                \
    X(SYS_SERVICES, 7, SYSTEM, 7, "sysServices", NUMBER, STATIC, KEY)                              \
                                                                                                   \
    X(HR_DEVICE_TYPE, 10, HR_DEVICE, 2, "hrDeviceType", OID, STATIC, KEY)                          \
    X(HR_DEVICE_DESCR, 11, HR_DEVICE, 3, "hrDeviceDescr", TEXT, STATIC, KEY)                       \
    X(HR_DEVICE_ID, 12, HR_DEVICE, 4, "hrDeviceID", OID, STATIC, PLAIN)                            \
    X(HR_DEVICE_STATUS, 13, HR_DEVICE, 5, "hrDeviceStatus", NUMBER, MOVING, PLAIN)                 \
    X(HR_DEVICE_ERRORS, 14, HR_DEVICE, 6, "hrDeviceErrors", NUMBER, MOVING, PLAIN)                 \
                                                                                                   \
    X(HR_PRINTER_STATUS, 16, HR_PRINTER, 1, "hrPrinterStatus", NUMBER, MOVING, KEY)                \
    X(HR_PRINTER_ERROR_STATE, 17, HR_PRINTER, 2, "hrPrinterDetectedErrorState", BITS, MOVING, KEY) \
                                                                                                   \
    X(IF_DESCR, 20, INTERFACE, 2, "ifDescr", TEXT, STATIC, PLAIN)                                  \
    X(IF_TYPE, 21, INTERFACE, 3, "ifType", NUMBER, STATIC, KEY)                                    \
    X(IF_SPEED, 22, INTERFACE, 5, "ifSpeed", NUMBER, STATIC, PLAIN)                                \
    X(IF_PHYS_ADDRESS, 23, INTERFACE, 6, "ifPhysAddress", OCTETS, STATIC, KEY)                     \
    X(IF_OPER_STATUS, 24, INTERFACE, 8, "ifOperStatus", NUMBER, STATIC, PLAIN)                     \
                                                                                                   \
    X(IP_AD_ENT_IF_INDEX, 26, IP_ADDRESS, 2, "ipAdEntIfIndex", NUMBER, STATIC, KEY)                \
                                                                                                   \
    X(GENERAL_CONFIG_CHANGES, 30, GENERAL, 1, "prtGeneralConfigChanges", NUMBER, MOVING, KEY)      \
    X(GENERAL_LOCALIZATION, 31, GENERAL, 2, "prtGeneralCurrentLocalization", NUMBER, STATIC,       \
      PLAIN)                                                                                       \
    X(GENERAL_OPERATOR, 32, GENERAL, 4, "prtGeneralCurrentOperator", TEXT, STATIC, PLAIN)          \
    X(GENERAL_SERVICE_PERSON, 33, GENERAL, 5, "prtGeneralServicePerson", TEXT, STATIC, PLAIN)      \
    X(GENERAL_INPUT_DEFAULT, 34, GENERAL, 6, "prtInputDefaultIndex", NUMBER, STATIC, PLAIN)        \
    X(GENERAL_OUTPUT_DEFAULT, 35, GENERAL, 7, "prtOutputDefaultIndex", NUMBER, STATIC, PLAIN)      \
    X(GENERAL_MARKER_DEFAULT, 36, GENERAL, 8, "prtMarkerDefaultIndex", NUMBER, STATIC, PLAIN)      \
    X(GENERAL_MEDIA_PATH_DEFAULT, 37, GENERAL, 9, "prtMediaPathDefaultIndex", NUMBER, STATIC,      \
      PLAIN)                                                                                       \
    X(CONSOLE_LOCALIZATION, 38, GENERAL, 10, "prtConsoleLocalization", NUMBER, STATIC, PLAIN)      \
    X(CONSOLE_LINES, 39, GENERAL, 11, "prtConsoleNumberOfDisplayLines", NUMBER, STATIC, PLAIN)     \
    X(CONSOLE_CHARS, 40, GENERAL, 12, "prtConsoleNumberOfDisplayChars", NUMBER, STATIC, PLAIN)     \
    X(CONSOLE_DISABLE, 41, GENERAL, 13, "prtConsoleDisable", NUMBER, STATIC, PLAIN)                \
    X(GENERAL_PRINTER_NAME, 42, GENERAL, 16, "prtGeneralPrinterName", TEXT, STATIC, PLAIN)         \
    X(GENERAL_SERIAL_NUMBER, 43, GENERAL, 17, "prtGeneralSerialNumber", TEXT, STATIC, KEY)         \
    X(ALERT_CRITICAL_EVENTS, 44, GENERAL, 18, "prtAlertCriticalEvents", NUMBER, MOVING, PLAIN)     \
    X(ALERT_ALL_EVENTS, 45, GENERAL, 19, "prtAlertAllEvents", NUMBER, MOVING, PLAIN)               \
                                                                                                   \
    X(COVER_DESCRIPTION, 50, COVER, 2, "prtCoverDescription", LOCALIZED, STATIC, PLAIN)            \
    X(COVER_STATUS, 51, COVER, 3, "prtCoverStatus", NUMBER, MOVING, KEY)                           \
                                                                                                   \
    X(LOCALIZATION_LANGUAGE, 54, LOCALIZATION, 2, "prtLocalizationLanguage", TEXT, STATIC, PLAIN)  \
    X(LOCALIZATION_COUNTRY, 55, LOCALIZATION, 3, "prtLocalizationCountry", TEXT, STATIC, PLAIN)    \
    X(LOCALIZATION_CHARSET, 56, LOCALIZATION, 4, "prtLocalizationCharacterSet", NUMBER, STATIC,    \
      KEY)                                                                                         \
                                                                                                   \
    X(INPUT_TYPE, 60, INPUT, 2, "prtInputType", NUMBER, STATIC, PLAIN)                             \
    X(INPUT_DIM_UNIT, 61, INPUT, 3, "prtInputDimUnit", NUMBER, STATIC, PLAIN)                      \
    X(INPUT_FEED_DECLARED, 62, INPUT, 4, "prtInputMediaDimFeedDirDeclared", NUMBER, STATIC, PLAIN) \
    X(INPUT_XFEED_DECLARED, 63, INPUT, 5, "prtInputMediaDimXFeedDirDeclared", NUMBER, STATIC,      \
      PLAIN)                                                                                       \
    X(INPUT_FEED_CHOSEN, 64, INPUT, 6, "prtInputMediaDimFeedDirChosen", NUMBER, STATIC, PLAIN)     \
    X(INPUT_XFEED_CHOSEN, 65, INPUT, 7, "prtInputMediaDimXFeedDirChosen", NUMBER, STATIC, PLAIN)   \
    X(INPUT_CAPACITY_UNIT, 66, INPUT, 8, "prtInputCapacityUnit", NUMBER, STATIC, PLAIN)            \
    X(INPUT_MAX_CAPACITY, 67, INPUT, 9, "prtInputMaxCapacity", NUMBER, STATIC, PLAIN)              \
    X(INPUT_LEVEL, 68, INPUT, 10, "prtInputCurrentLevel", NUMBER, MOVING, KEY)                     \
    X(INPUT_STATUS, 69, INPUT, 11, "prtInputStatus", NUMBER, MOVING, PLAIN)                        \
    X(INPUT_MEDIA_NAME, 70, INPUT, 12, "prtInputMediaName", TEXT, STATIC, PLAIN)                   \
    X(INPUT_NAME, 71, INPUT, 13, "prtInputName", TEXT, STATIC, KEY)                                \
    X(INPUT_VENDOR_NAME, 72, INPUT, 14, "prtInputVendorName", TEXT, STATIC, PLAIN)                 \
    X(INPUT_MODEL, 73, INPUT, 15, "prtInputModel", TEXT, STATIC, PLAIN)                            \
    X(INPUT_SERIAL_NUMBER, 74, INPUT, 17, "prtInputSerialNumber", TEXT, STATIC, PLAIN)             \
    X(INPUT_DESCRIPTION, 75, INPUT, 18, "prtInputDescription", LOCALIZED, STATIC, PLAIN)           \
    X(INPUT_MEDIA_WEIGHT, 76, INPUT, 20, "prtInputMediaWeight", NUMBER, STATIC, PLAIN)             \
    X(INPUT_MEDIA_TYPE, 77, INPUT, 21, "prtInputMediaType", TEXT, STATIC, PLAIN)                   \
    X(INPUT_MEDIA_COLOR, 78, INPUT, 22, "prtInputMediaColor", TEXT, STATIC, PLAIN)                 \
                                                                                                   \
    X(OUTPUT_TYPE, 90, OUTPUT, 2, "prtOutputType", NUMBER, STATIC, PLAIN)                          \
    X(OUTPUT_CAPACITY_UNIT, 91, OUTPUT, 3, "prtOutputCapacityUnit", NUMBER, STATIC, PLAIN)         \
    X(OUTPUT_MAX_CAPACITY, 92, OUTPUT, 4, "prtOutputMaxCapacity", NUMBER, STATIC, PLAIN)           \
    X(OUTPUT_REMAINING, 93, OUTPUT, 5, "prtOutputRemainingCapacity", NUMBER, MOVING, KEY)          \
    X(OUTPUT_STATUS, 94, OUTPUT, 6, "prtOutputStatus", NUMBER, MOVING, PLAIN)                      \
    X(OUTPUT_NAME, 95, OUTPUT, 7, "prtOutputName", TEXT, STATIC, KEY)                              \
    X(OUTPUT_VENDOR_NAME, 96, OUTPUT, 8, "prtOutputVendorName", TEXT, STATIC, PLAIN)               \
    X(OUTPUT_MODEL, 97, OUTPUT, 9, "prtOutputModel", TEXT, STATIC, PLAIN)                          \
    X(OUTPUT_SERIAL_NUMBER, 98, OUTPUT, 11, "prtOutputSerialNumber", TEXT, STATIC, PLAIN)          \
    X(OUTPUT_DESCRIPTION, 99, OUTPUT, 12, "prtOutputDescription", LOCALIZED, STATIC, PLAIN)        \
                                                                                                   \
    X(MARKER_MARK_TECH, 110, MARKER, 2, "prtMarkerMarkTech", NUMBER, STATIC, PLAIN)                \
    X(MARKER_COUNTER_UNIT, 111, MARKER, 3, "prtMarkerCounterUnit", NUMBER, STATIC, PLAIN)          \
    X(MARKER_LIFE_COUNT, 112, MARKER, 4, "prtMarkerLifeCount", NUMBER, MOVING, KEY)                \
    X(MARKER_POWER_ON_COUNT, 113, MARKER, 5, "prtMarkerPowerOnCount", NUMBER, MOVING, PLAIN)       \
    X(MARKER_PROCESS_COLORANTS, 114, MARKER, 6, "prtMarkerProcessColorants", NUMBER, STATIC,       \
      PLAIN)                                                                                       \
    X(MARKER_SPOT_COLORANTS, 115, MARKER, 7, "prtMarkerSpotColorants", NUMBER, STATIC, PLAIN)      \
    X(MARKER_STATUS, 116, MARKER, 15, "prtMarkerStatus", NUMBER, MOVING, PLAIN)                    \
                                                                                                   \
    X(SUPPLY_MARKER_INDEX, 120, SUPPLY, 2, "prtMarkerSuppliesMarkerIndex", NUMBER, STATIC, PLAIN)  \
    X(SUPPLY_COLORANT_INDEX, 121, SUPPLY, 3, "prtMarkerSuppliesColorantIndex", NUMBER, STATIC,     \
      PLAIN)                                                                                       \
    X(SUPPLY_CLASS, 122, SUPPLY, 4, "prtMarkerSuppliesClass", NUMBER, STATIC, PLAIN)               \
    X(SUPPLY_TYPE, 123, SUPPLY, 5, "prtMarkerSuppliesType", NUMBER, STATIC, PLAIN)                 \
    X(SUPPLY_DESCRIPTION, 124, SUPPLY, 6, "prtMarkerSuppliesDescription", LOCALIZED, MOVING, KEY)  \
    X(SUPPLY_UNIT, 125, SUPPLY, 7, "prtMarkerSuppliesSupplyUnit", NUMBER, STATIC, PLAIN)           \
    X(SUPPLY_MAX_CAPACITY, 126, SUPPLY, 8, "prtMarkerSuppliesMaxCapacity", NUMBER, MOVING, PLAIN)  \
    X(SUPPLY_LEVEL, 127, SUPPLY, 9, "prtMarkerSuppliesLevel", NUMBER, MOVING, KEY)                 \
                                                                                                   \
    X(COLORANT_ROLE, 130, COLORANT, 3, "prtMarkerColorantRole", NUMBER, STATIC, PLAIN)             \
    X(COLORANT_VALUE, 131, COLORANT, 4, "prtMarkerColorantValue", TEXT, STATIC, KEY)               \
                                                                                                   \
    X(MEDIA_PATH_SPEED_UNIT, 140, MEDIA_PATH, 2, "prtMediaPathMaxSpeedPrintUnit", NUMBER, STATIC,  \
      PLAIN)                                                                                       \
    X(MEDIA_PATH_MAX_SPEED, 141, MEDIA_PATH, 4, "prtMediaPathMaxSpeed", NUMBER, STATIC, PLAIN)     \
    X(MEDIA_PATH_TYPE, 142, MEDIA_PATH, 9, "prtMediaPathType", NUMBER, STATIC, KEY)                \
    X(MEDIA_PATH_DESCRIPTION, 143, MEDIA_PATH, 10, "prtMediaPathDescription", LOCALIZED, STATIC,   \
      PLAIN)                                                                                       \
    X(MEDIA_PATH_STATUS, 144, MEDIA_PATH, 11, "prtMediaPathStatus", NUMBER, STATIC, PLAIN)         \
                                                                                                   \
    X(CONSOLE_TEXT, 150, CONSOLE, 2, "prtConsoleDisplayBufferText", CONSOLE_TEXT, MOVING, KEY)     \
                                                                                                   \
    X(LIGHT_ON_TIME, 154, LIGHT, 2, "prtConsoleOnTime", NUMBER, MOVING, KEY)                       \
    X(LIGHT_OFF_TIME, 155, LIGHT, 3, "prtConsoleOffTime", NUMBER, MOVING, PLAIN)                   \
    X(LIGHT_COLOR, 156, LIGHT, 4, "prtConsoleColor", NUMBER, STATIC, PLAIN)                        \
    X(LIGHT_DESCRIPTION, 157, LIGHT, 5, "prtConsoleDescription", LOCALIZED, STATIC, PLAIN)         \
                                                                                                   \
    X(ALERT_SEVERITY, 160, ALERT, 2, "prtAlertSeverityLevel", NUMBER, MOVING, KEY)                 \
    X(ALERT_TRAINING, 161, ALERT, 3, "prtAlertTrainingLevel", NUMBER, MOVING, PLAIN)               \
    X(ALERT_GROUP, 162, ALERT, 4, "prtAlertGroup", NUMBER, MOVING, PLAIN)                          \
    X(ALERT_GROUP_INDEX, 163, ALERT, 5, "prtAlertGroupIndex", NUMBER, MOVING, PLAIN)               \
    X(ALERT_LOCATION, 164, ALERT, 6, "prtAlertLocation", NUMBER, MOVING, PLAIN)                    \
    X(ALERT_CODE, 165, ALERT, 7, "prtAlertCode", NUMBER, MOVING, KEY)                              \
    X(ALERT_DESCRIPTION, 166, ALERT, 8, "prtAlertDescription", LOCALIZED, MOVING, PLAIN)           \
    X(ALERT_TIME, 167, ALERT, 9, "prtAlertTime", NUMBER, MOVING, PLAIN)
