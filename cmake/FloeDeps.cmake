# Third-party packages: Debian's by their own configs, Arrow and DuckDB from ${FLOE_DEPS}
# (unpacked there by tools/setup).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(CLI11 2 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson 3 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
if(FLOE_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()

function(_floe_import name library include)
  if(NOT EXISTS "${library}")
    message(FATAL_ERROR "${library} is missing: run `make setup` first")
  endif()
  add_library(${name} SHARED IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION "${library}"
    INTERFACE_INCLUDE_DIRECTORIES "${include}"
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${include}")
endfunction()

file(STRINGS "${FLOE_DEPS}/arrow/include/arrow/util/config.h" _so REGEX "define ARROW_SO_VERSION")
string(REGEX MATCH "[0-9]+" _arrow_so "${_so}")
foreach(_library arrow parquet)
  _floe_import(Arrow::${_library} "${FLOE_DEPS}/arrow/lib/lib${_library}.so.${_arrow_so}"
               "${FLOE_DEPS}/arrow/include")
endforeach()
target_link_libraries(Arrow::parquet INTERFACE Arrow::arrow)
_floe_import(DuckDB::duckdb "${FLOE_DEPS}/duckdb/lib/libduckdb.so" "${FLOE_DEPS}/duckdb/include")
