# floe_library(<folder> SOURCES … DEPENDS <folders> LINK <targets> [PUBLIC_LINK <targets>])
# One static library per folder of src/. DEPENDS names the folders whose headers it may include:
# exactly its row of the include table in ARCHITECTURE.md (tools/tidy checks the includes).
function(floe_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINK;PUBLIC_LINK" ${ARGN})
  add_library(floe_${folder} STATIC ${ARG_SOURCES})
  target_include_directories(floe_${folder} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND floe_)
  target_link_libraries(floe_${folder} PUBLIC ${ARG_DEPENDS} ${ARG_PUBLIC_LINK}
                        PRIVATE ${ARG_LINK} floe_warnings)
endfunction()

# floe_test(<folder> SOURCES … [LINK …]): the folder's unit tests as one binary, <folder>_test.
function(floe_test folder)
  if(NOT FLOE_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${folder}_test ${ARG_SOURCES})
  target_link_libraries(${folder}_test PRIVATE floe_${folder} ${ARG_LINK} GTest::gmock
                        GTest::gtest_main floe_warnings)
  add_test(NAME unit.${folder} COMMAND ${folder}_test)
  set_tests_properties(unit.${folder} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
