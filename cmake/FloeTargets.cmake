# The four kinds of targets. A folder's CMakeLists.txt consists of calls of these.

# floe_library(<folder> SOURCES … DEPENDS <folders> LINK <targets> [PUBLIC_LINK <targets>])
# One static library per folder of src/. DEPENDS names the folders whose headers it may include:
# within its row of the include table in ARCHITECTURE.md (tools/tidy checks both).
function(floe_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINK;PUBLIC_LINK" ${ARGN})
  add_library(floe_${folder} STATIC ${ARG_SOURCES})
  target_include_directories(floe_${folder} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND floe_)
  target_link_libraries(floe_${folder} PUBLIC ${ARG_DEPENDS} ${ARG_PUBLIC_LINK}
                        PRIVATE ${ARG_LINK} floe_warnings)
endfunction()

# libparquet exports the symbols of the simdjson that it was built with. Ours has to come first in
# every program's list of libraries, or its calls end in the other version
# (docs/decisions/0008-simdjson-first.md).
set(FLOE_FIRST_LIBRARIES simdjson::simdjson)

# floe_test(<folder> SOURCES … [LINK …]): the folder's unit tests as one binary, <folder>_test.
function(floe_test folder)
  if(NOT FLOE_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${folder}_test ${ARG_SOURCES})
  target_link_libraries(${folder}_test PRIVATE ${FLOE_FIRST_LIBRARIES} floe_${folder} ${ARG_LINK} GTest::gmock
                        GTest::gtest_main floe_warnings)
  add_test(NAME unit.${folder} COMMAND ${folder}_test)
  set_tests_properties(unit.${folder} PROPERTIES LABELS unit TIMEOUT 300
                       ENVIRONMENT "${FLOE_TEST_ENVIRONMENT}")
endfunction()

# floe_program(<name> SOURCES … DEPENDS <folders> [LINK …]): an executable in bin/.
function(floe_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND floe_)
  target_link_libraries(${name} PRIVATE ${FLOE_FIRST_LIBRARIES} ${ARG_DEPENDS} ${ARG_LINK} floe_warnings)
endfunction()

# floe_fuzz(<folder> <name> SOURCES … [LINK …]): a libFuzzer target, fuzz_<name>, of preset fuzz.
function(floe_fuzz folder name)
  if(NOT FLOE_BUILD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(fuzz_${name} ${ARG_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE floe_${folder} ${ARG_LINK} floe_warnings)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# What the sanitizers need to know at run time, so that a test needs no variable set by hand.
set(FLOE_TEST_ENVIRONMENT
    "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/cmake/lsan.supp:print_suppressions=0"
    "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/cmake/tsan.supp:halt_on_error=1"
    "UBSAN_OPTIONS=print_stacktrace=1")
