# Compiler, linker and cache settings that hold for every preset.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the source tree, so that two clones share their objects.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Messages and debug information name files from the source root: no machine's paths in a binary.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

# For our own targets only; foreign headers are SYSTEM.
add_library(floe_warnings INTERFACE)
target_compile_options(floe_warnings INTERFACE -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor
                       -Wimplicit-fallthrough -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_BUILD_TYPE STREQUAL "Dev")
  # When it optimises, GCC 12 sees overlapping copies in "text" + std::string (its bug 105651), and, under the
  # sanitizers' instrumentation, uninitialised values in std::optional and std::variant.
  target_compile_options(floe_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Clang counts a lambda's captures that GCC needs, and fields that only other builds read.
  target_compile_options(floe_warnings INTERFACE -Wno-unused-lambda-capture)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Tsan")
  # Boost.Asio has fences, which ThreadSanitizer does not see; GCC warns where they are used.
  target_compile_options(floe_warnings INTERFACE -Wno-tsan)
endif()

option(FLOE_HARDENED "Compile with the hardening flags of a shipped binary" OFF)
if(FLOE_HARDENED)
  # The OpenSSF compiler options guide, as far as GCC 12 has them (-fstrict-flex-arrays=3 came
  # with GCC 13). A bounds check of the library costs less than a wrong answer.
  # -fPIE and not -fPIC: every library here is static, and interposition would forbid inlining.
  add_compile_definitions(_FORTIFY_SOURCE=3 _GLIBCXX_ASSERTIONS)
  add_compile_options(-fPIE -fstack-clash-protection -fstack-protector-strong)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection=full)
  endif()
  add_link_options(-pie LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
endif()
