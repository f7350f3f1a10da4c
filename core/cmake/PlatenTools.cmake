# Targets for developers. `format` writes; format-check, tidy, cppcheck and analyze only tell.

find_program(PLATEN_CLANG_FORMAT clang-format)
find_program(PLATEN_CLANG_TIDY clang-tidy)
find_program(PLATEN_CPPCHECK cppcheck)
mark_as_advanced(PLATEN_CLANG_FORMAT PLATEN_CLANG_TIDY PLATEN_CPPCHECK)

set(folders "")
foreach(folder core proto store uplink bench tests)
    list(APPEND folders "${PROJECT_SOURCE_DIR}/${folder}")
endforeach()
list(JOIN folders " " folders)
set(every_file "find ${folders} -name '*.[ch]' -print0")

# platen_tool(NAME TOOL PACKAGE SHELL): a target that runs SHELL, or says which package has TOOL.
function(platen_tool name tool package shell)
    if(${tool})
        add_custom_target(${name} VERBATIM USES_TERMINAL COMMAND sh -c "${shell}"
            WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    else()
        add_custom_target(${name} VERBATIM
            COMMAND "${CMAKE_COMMAND}" -E echo "${name}: apt-get install ${package}, then configure again"
            COMMAND "${CMAKE_COMMAND}" -E false)
    endif()
endfunction()

platen_tool(format PLATEN_CLANG_FORMAT clang-format
    "${every_file} | xargs -0 '${PLATEN_CLANG_FORMAT}' -i")
platen_tool(format-check PLATEN_CLANG_FORMAT clang-format
    "${every_file} | xargs -0 '${PLATEN_CLANG_FORMAT}' --dry-run --Werror")
# Criterion's macros are not ours to name, so tests are left out of tidy.
platen_tool(tidy PLATEN_CLANG_TIDY clang-tidy
    "git ls-files -z 'core/*.c' 'proto/*.c' 'store/*.c' 'uplink/*.c' 'bench/*.c' \
     | xargs -0 -n 1 -P 2 '${PLATEN_CLANG_TIDY}' --quiet -p '${PROJECT_BINARY_DIR}'")
# Suppressed: what cppcheck only finds because it does not see a macro or a call's effect, and the
# taste for the innermost scope, which would put declarations into loops. BoringSSL's headers ask
# for some processor. It calls files below this folder by their path from here, others by the whole.
platen_tool(cppcheck PLATEN_CPPCHECK cppcheck
    "'${PLATEN_CPPCHECK}' --quiet --std=c11 --enable=warning,performance,portability,style \
     --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem --suppress=variableScope \
     --suppress=knownConditionTrueFalse --suppress=unusedStructMember -DOPENSSL_IS_BORINGSSL \
     -D__x86_64 \
     -i tests -i '${PROJECT_SOURCE_DIR}/tests/' -j 2 \
     --project='${PROJECT_BINARY_DIR}/compile_commands.json'")
