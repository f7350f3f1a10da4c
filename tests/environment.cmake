# Read by ctest before it runs anything: recordings of real printers stand beside the repository,
# unless the caller says where. Tests that need them skip when the variable is unset.
get_filename_component(recordings "${CMAKE_CURRENT_LIST_DIR}/../../shared/recordings" ABSOLUTE)
if(NOT DEFINED ENV{PLATEN_RECORDINGS} AND IS_DIRECTORY "${recordings}")
    set(ENV{PLATEN_RECORDINGS} "${recordings}")
endif()
