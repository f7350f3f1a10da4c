# Defines external::boringssl (ssl and crypto, static). Three ways to it:
#   nothing said              the pinned source is fetched and built once, kept in the user's cache
#   PLATEN_BORINGSSL_ROOT     an installation (include/, lib/), used as it is
#   PLATEN_BORINGSSL_ROOT     a source tree, in Android's layout or upstream's, built in this build
# It is compiled by the system's default compilers whatever Platen itself is compiled by, so that
# every build folder shares it.

# Takes libraries and headers from DIR when DIR is an installation.
function(boringssl_find_in dir out)
    find_library(ssl NAMES libssl.a PATHS "${dir}" PATH_SUFFIXES lib lib64 build build/ssl
        NO_DEFAULT_PATH NO_CACHE)
    find_library(crypto NAMES libcrypto.a PATHS "${dir}" PATH_SUFFIXES lib lib64 build build/crypto
        NO_DEFAULT_PATH NO_CACHE)
    set(${out} FALSE PARENT_SCOPE)
    if(ssl AND crypto AND EXISTS "${dir}/include/openssl/base.h")
        set(${out} TRUE PARENT_SCOPE)
        set(boringssl_ssl "${ssl}" PARENT_SCOPE)
        set(boringssl_crypto "${crypto}" PARENT_SCOPE)
        set(boringssl_include "${dir}/include" PARENT_SCOPE)
    endif()
endfunction()

# Runs one step, its output into a log; stops with the log's end when it fails.
function(boringssl_run what log)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result
        OUTPUT_FILE "${log}" ERROR_FILE "${log}")
    if(NOT result EQUAL 0)
        execute_process(COMMAND tail -n 15 "${log}")
        message(FATAL_ERROR "BoringSSL: ${what} failed (${log}). It needs gcc, g++ and make, or "
            "set PLATEN_BORINGSSL_ROOT to a source tree or installation")
    endif()
endfunction()

# Configures SOURCE in BUILD and builds its two libraries.
function(boringssl_build source build)
    include(ProcessorCount)
    ProcessorCount(cores)
    file(MAKE_DIRECTORY "${build}")
    boringssl_run("configuring" "${build}/configure.log"
        "${CMAKE_COMMAND}" -S "${source}" -B "${build}" -DCMAKE_BUILD_TYPE=Release
        -DCMAKE_C_VISIBILITY_PRESET=hidden -DCMAKE_CXX_VISIBILITY_PRESET=hidden
        -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_TESTING=OFF ${ARGN})
    boringssl_run("compiling" "${build}/build.log"
        "${CMAKE_COMMAND}" --build "${build}" --parallel ${cores} --target crypto ssl)
endfunction()

# Sets boringssl_cached to the folder of the cache that this system's build goes to.
function(boringssl_cache_folder)
    if(DEFINED ENV{XDG_CACHE_HOME})
        set(cache "$ENV{XDG_CACHE_HOME}/platen")
    else()
        set(cache "$ENV{HOME}/.cache/platen")
    endif()
    # What the result depends on: the pinned source, how it is built, and by what.
    set(here "${CMAKE_CURRENT_FUNCTION_LIST_DIR}")
    file(SHA256 "${here}/fetch" key_source)
    file(SHA256 "${here}/CMakeLists.txt" key_build)
    execute_process(COMMAND sh -c "\${CC:-cc} --version; \${CXX:-c++} --version"
        OUTPUT_VARIABLE key_tools ERROR_VARIABLE key_tools)
    string(SHA256 key "${key_source} ${key_build} ${key_tools} ${CMAKE_SYSTEM_PROCESSOR} \
$ENV{CFLAGS} $ENV{CXXFLAGS} $ENV{LDFLAGS}")
    string(SUBSTRING "${key}" 0 16 key)
    set(boringssl_cached "${cache}/boringssl-${key}" PARENT_SCOPE)
endfunction()

# Fetches, builds and installs into the cache, under a lock, by one rename at the end.
function(boringssl_fill_cache into)
    cmake_path(GET into PARENT_PATH cache)
    file(MAKE_DIRECTORY "${cache}")
    file(LOCK "${cache}/lock" GUARD FUNCTION)
    boringssl_find_in("${into}" present)
    if(present)
        return()
    endif()
    execute_process(COMMAND sh "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/fetch"
        OUTPUT_VARIABLE tarball OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "BoringSSL could not be fetched; the reason stands above")
    endif()
    message(STATUS "BoringSSL: building it once into ${into}")
    set(work "${into}.work")
    file(REMOVE_RECURSE "${work}")
    file(ARCHIVE_EXTRACT INPUT "${tarball}" DESTINATION "${work}/source")
    file(GLOB tree LIST_DIRECTORIES ON "${work}/source/*")
    boringssl_build("${CMAKE_CURRENT_FUNCTION_LIST_DIR}" "${work}/build"
        "-DBORINGSSL_ROOT=${tree}")
    boringssl_run("installing" "${work}/install.log"
        "${CMAKE_COMMAND}" --install "${work}/build" --prefix "${work}/installed")
    file(REMOVE_RECURSE "${into}")
    file(RENAME "${work}/installed" "${into}")
    file(REMOVE_RECURSE "${work}")
endfunction()

if(PLATEN_BORINGSSL_ROOT)
    boringssl_find_in("${PLATEN_BORINGSSL_ROOT}" found)
    set(boringssl_build_folder "${PROJECT_BINARY_DIR}/boringssl")
    if(NOT found AND EXISTS "${PLATEN_BORINGSSL_ROOT}/android-sources.cmake")
        boringssl_build("${CMAKE_CURRENT_LIST_DIR}" "${boringssl_build_folder}"
            "-DBORINGSSL_ROOT=${PLATEN_BORINGSSL_ROOT}")
        set(boringssl_include "${PLATEN_BORINGSSL_ROOT}/src/include")
    elseif(NOT found AND EXISTS "${PLATEN_BORINGSSL_ROOT}/ssl/ssl_lib.cc")
        boringssl_build("${PLATEN_BORINGSSL_ROOT}" "${boringssl_build_folder}")
        set(boringssl_include "${PLATEN_BORINGSSL_ROOT}/include")
    elseif(NOT found)
        message(FATAL_ERROR "PLATEN_BORINGSSL_ROOT=${PLATEN_BORINGSSL_ROOT} is neither a BoringSSL "
            "source tree nor an installation with include/openssl and static libraries in lib")
    endif()
    if(NOT found)
        # Older upstream trees put each library into a folder of its own.
        find_library(boringssl_ssl NAMES libssl.a PATHS "${boringssl_build_folder}"
            PATH_SUFFIXES ssl NO_DEFAULT_PATH NO_CACHE REQUIRED)
        find_library(boringssl_crypto NAMES libcrypto.a PATHS "${boringssl_build_folder}"
            PATH_SUFFIXES crypto NO_DEFAULT_PATH NO_CACHE REQUIRED)
    endif()
    set(boringssl_license "${PLATEN_BORINGSSL_ROOT}/LICENSE")
else()
    boringssl_cache_folder()
    boringssl_find_in("${boringssl_cached}" found)
    if(NOT found)
        boringssl_fill_cache("${boringssl_cached}")
        boringssl_find_in("${boringssl_cached}" found)
    endif()
    set(boringssl_license "${boringssl_cached}/LICENSE")
endif()
message(STATUS "BoringSSL: ${boringssl_ssl}")

find_package(Threads REQUIRED)
add_library(external::boringssl_crypto STATIC IMPORTED GLOBAL)
set_target_properties(external::boringssl_crypto PROPERTIES
    IMPORTED_LOCATION "${boringssl_crypto}"
    INTERFACE_INCLUDE_DIRECTORIES "${boringssl_include}"
    INTERFACE_LINK_LIBRARIES Threads::Threads)
add_library(external::boringssl STATIC IMPORTED GLOBAL)
set_target_properties(external::boringssl PROPERTIES
    IMPORTED_LOCATION "${boringssl_ssl}"
    INTERFACE_INCLUDE_DIRECTORIES "${boringssl_include}"
    INTERFACE_LINK_LIBRARIES external::boringssl_crypto)
