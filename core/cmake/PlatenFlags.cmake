# How our own code is compiled. Everything hangs on the interface target platen_flags, so that no
# flag reaches BoringSSL or another project's code.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

# Fortify reads memory that the sanitizers guard themselves, and reports nothing they would not.
if(PLATEN_HARDEN AND PLATEN_SANITIZE)
    message(FATAL_ERROR "PLATEN_HARDEN and PLATEN_SANITIZE exclude each other")
endif()

include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

add_library(platen_flags INTERFACE)
target_include_directories(platen_flags INTERFACE "${PROJECT_SOURCE_DIR}")
# Strict C11 hides what uv.h, recvmmsg and sendmmsg need unless the GNU names are asked for.
target_compile_definitions(platen_flags INTERFACE
    _GNU_SOURCE PLATEN_VERSION="${PROJECT_VERSION}")
target_compile_options(platen_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wswitch-enum
    -Wimplicit-fallthrough -Wnull-dereference -fno-common -ffunction-sections -fdata-sections)
# --exclude-libs keeps the static BoringSSL's names out of the dynamic symbol table, where
# libnetsnmp's OpenSSL would be bound to them.
target_link_options(platen_flags INTERFACE
    -Wl,--exclude-libs,ALL -Wl,--as-needed
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:PLATEN_KEEP_SECTIONS>>>:-Wl,--gc-sections>)

if(PLATEN_WERROR)
    target_compile_options(platen_flags INTERFACE -Werror)
endif()

if(PLATEN_HARDEN)
    target_compile_options(platen_flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
    target_link_options(platen_flags INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

if(PLATEN_SANITIZE)
    set(sanitize -fsanitize=${PLATEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(platen_flags INTERFACE ${sanitize})
    target_link_options(platen_flags INTERFACE ${sanitize})
endif()

if(PLATEN_COVERAGE)
    target_compile_options(platen_flags INTERFACE --coverage)
    target_link_options(platen_flags INTERFACE --coverage)
endif()
