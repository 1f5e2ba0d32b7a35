# ocean_library(<room> SOURCES … [PUBLIC …] [PRIVATE …] [TESTS …] [TEST_DEPENDS …])
#
# Makes the static library ocean::<room> from sdk/<room>, with its public headers in include/, and the program of
# its tests, <room>_tests. PUBLIC and PRIVATE take targets; PUBLIC ones are what the public headers show.

if(OCEAN_PCH)
  # Only third-party headers: a change of ours must not rebuild everything.
  add_library(ocean_pch OBJECT ${CMAKE_CURRENT_LIST_DIR}/pch.cpp)
  target_link_libraries(ocean_pch PRIVATE nlohmann_json::nlohmann_json ocean_warnings)
  target_precompile_headers(
    ocean_pch
    PRIVATE
    <algorithm>
    <chrono>
    <functional>
    <map>
    <memory>
    <mutex>
    <optional>
    <stop_token>
    <string>
    <thread>
    <unordered_map>
    <vector>
    <nlohmann/json.hpp>)
  # Lets ccache see through the precompiled header.
  target_compile_options(ocean_pch PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

function(ocean_configure_target target)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:ocean_warnings>)
  if(OCEAN_PCH)
    target_precompile_headers(${target} REUSE_FROM ocean_pch)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

# ocean_define_where_used(<name> <value> <source>…): defines a macro for the sources that mention it, and for no others.
# Absolute paths go this way: in a clone elsewhere they would keep ccache from recognising every file.
function(ocean_define_where_used name value)
  foreach(source ${ARGN})
    get_filename_component(path ${source} ABSOLUTE)
    if(EXISTS ${path}) # add_executable reports those that are missing
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
      file(STRINGS ${path} uses REGEX "${name}" LIMIT_COUNT 1)
      if(uses)
        set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS ${name}="${value}")
      endif()
    endif()
  endforeach()
endfunction()

# ocean_test(<name> SOURCES … DEPENDS … LABEL …): a Catch2 program whose test cases ctest knows one by one, as
# "<name>:<case>". One label only: catch_discover_tests takes no lists.
function(ocean_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} Catch2::Catch2WithMain)
  if(NOT OCEAN_INSTALLED) # there it lies with all other headers
    target_include_directories(${name} PRIVATE ${OCEAN_SDK_ROOT}/sdk/testing/catch)
  endif()
  ocean_define_where_used(OCEAN_TEST_DIR ${CMAKE_CURRENT_SOURCE_DIR}/tests ${ARG_SOURCES})
  ocean_configure_target(${name})
  catch_discover_tests(
    ${name}
    TEST_PREFIX "${name}:"
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()

function(ocean_library room)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE;TESTS;TEST_DEPENDS" ${ARGN})
  add_library(ocean_${room} STATIC ${ARG_SOURCES})
  add_library(ocean::${room} ALIAS ocean_${room})
  set_target_properties(ocean_${room} PROPERTIES EXPORT_NAME ${room})
  target_compile_features(ocean_${room} PUBLIC cxx_std_20)
  target_include_directories(
    ocean_${room}
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(ocean_${room} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  ocean_configure_target(ocean_${room})
  set_property(GLOBAL APPEND PROPERTY OCEAN_ROOMS ${room})

  if(OCEAN_TESTS AND ARG_TESTS)
    ocean_test(
      ${room}_tests
      SOURCES ${ARG_TESTS}
      DEPENDS ocean::${room} ${ARG_TEST_DEPENDS}
      LABEL sdk)
    target_include_directories(${room}_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  endif()
endfunction()

# ocean::sdk is the one target an integration links: its authors see the headers of base, config, http, sync and app;
# the engine's other libraries reach it for linking only.
function(ocean_sdk_targets)
  add_library(ocean_sdk INTERFACE)
  add_library(ocean::sdk ALIAS ocean_sdk)
  set_target_properties(ocean_sdk PROPERTIES EXPORT_NAME sdk)
  target_link_libraries(ocean_sdk INTERFACE ocean::app)
endfunction()
