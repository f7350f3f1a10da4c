# The libraries we stand on, each an imported target. Their headers are SYSTEM headers. Who may
# include which is written in tests/layers/table and checked by a test.

# Defines external::NAME for a library found by its header and name, or stops with what to install.
function(platen_external name header library package)
    find_path(PLATEN_${name}_INCLUDE "${header}")
    find_library(PLATEN_${name}_LIBRARY "${library}")
    mark_as_advanced(PLATEN_${name}_INCLUDE PLATEN_${name}_LIBRARY)
    if(NOT PLATEN_${name}_INCLUDE OR NOT PLATEN_${name}_LIBRARY)
        message(FATAL_ERROR "${header} or lib${library} is missing: "
            "apt-get install ${package} (tests/packages has the whole list)")
    endif()
    add_library(external::${name} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(external::${name} PROPERTIES
        IMPORTED_LOCATION "${PLATEN_${name}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${PLATEN_${name}_INCLUDE}")
endfunction()

platen_external(uv uv.h uv libuv1-dev)
platen_external(lmdb lmdb.h lmdb liblmdb-dev)
# Only the codec of libnetsnmp is used. Its own OpenSSL comes with it at run time and is not ours.
platen_external(netsnmp net-snmp/net-snmp-config.h netsnmp libsnmp-dev)
# The simulator's cryptography is another one than the product's, so that no error hides in both.
platen_external(nettle nettle/hmac.h nettle nettle-dev)
# Its events have lines, so that a mistake in a configuration can be told with its place.
platen_external(yaml yaml.h yaml libyaml-dev)
platen_external(cyaml cyaml/cyaml.h cyaml libcyaml-dev)
platen_external(jansson jansson.h jansson libjansson-dev)
# A service tells systemd that it is ready, and is watched.
platen_external(systemd systemd/sd-daemon.h systemd libsystemd-dev)
if(BUILD_TESTING)
    platen_external(criterion criterion/criterion.h criterion libcriterion-dev)
endif()
