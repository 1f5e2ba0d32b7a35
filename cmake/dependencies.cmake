# The catalogue of what the project is built on: Debian packages, found with find_package or pkg-config and nothing fetched.
# One line for each library: its targets, the headers they bring, and the package. docs/dependencies.md says why each is here,
# scripts/setup.sh installs them, scripts/deps.sh checks that the three agree. The installed SDK reads this file too.

macro(ocean_dependency name)
  cmake_parse_arguments(OCEAN_DEPENDENCY "" "VERSION;PKG_CONFIG;PACKAGE;ONLY_HEADER" "TARGETS;HEADERS" ${ARGN})
  if(OCEAN_DEPENDENCY_PKG_CONFIG)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${OCEAN_DEPENDENCY_PKG_CONFIG})
  elseif(OCEAN_DEPENDENCY_ONLY_HEADER)
    find_path(${name}_INCLUDE_DIR ${OCEAN_DEPENDENCY_ONLY_HEADER} REQUIRED)
    add_library(${OCEAN_DEPENDENCY_TARGETS} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${OCEAN_DEPENDENCY_TARGETS} SYSTEM INTERFACE ${${name}_INCLUDE_DIR})
  else()
    find_package(${name} ${OCEAN_DEPENDENCY_VERSION} REQUIRED)
  endif()
  set_property(GLOBAL APPEND PROPERTY OCEAN_CATALOGUE ${OCEAN_DEPENDENCY_TARGETS})
  set_property(GLOBAL APPEND PROPERTY OCEAN_PACKAGES ${OCEAN_DEPENDENCY_PACKAGE})
endmacro()

find_package(PkgConfig REQUIRED)

ocean_dependency(nlohmann_json VERSION 3.11 TARGETS nlohmann_json::nlohmann_json HEADERS nlohmann/ PACKAGE nlohmann-json3-dev)
ocean_dependency(yaml-cpp TARGETS yaml-cpp::yaml-cpp HEADERS yaml-cpp/ PACKAGE libyaml-cpp-dev)
ocean_dependency(spdlog TARGETS spdlog::spdlog HEADERS spdlog/ PACKAGE libspdlog-dev)
ocean_dependency(fmt TARGETS fmt::fmt HEADERS fmt/ PACKAGE libfmt-dev)
ocean_dependency(CURL TARGETS CURL::libcurl HEADERS curl/ PACKAGE libcurl4-openssl-dev)
ocean_dependency(OpenSSL TARGETS OpenSSL::Crypto OpenSSL::SSL HEADERS openssl/ PACKAGE libssl-dev)
ocean_dependency(SQLite3 TARGETS SQLite::SQLite3 HEADERS sqlite3.h PACKAGE libsqlite3-dev)
ocean_dependency(Boost VERSION 1.81 TARGETS Boost::headers HEADERS boost/ PACKAGE libboost1.81-dev)
ocean_dependency(CLI11 TARGETS CLI11::CLI11 HEADERS CLI/ PACKAGE libcli11-dev)
ocean_dependency(prometheus-cpp TARGETS prometheus-cpp::core HEADERS prometheus/ PACKAGE prometheus-cpp-dev)
ocean_dependency(date TARGETS date::date HEADERS date/ PACKAGE libhowardhinnant-date-dev)
ocean_dependency(simdjson VERSION 3 TARGETS simdjson::simdjson HEADERS simdjson.h PACKAGE libsimdjson-dev)
ocean_dependency(Threads TARGETS Threads::Threads)
ocean_dependency(rdkafka PKG_CONFIG rdkafka TARGETS PkgConfig::rdkafka HEADERS librdkafka/ PACKAGE librdkafka-dev)
ocean_dependency(rdkafka_cpp PKG_CONFIG rdkafka++ TARGETS PkgConfig::rdkafka_cpp HEADERS librdkafka/ PACKAGE librdkafka-dev)
ocean_dependency(hiredis PKG_CONFIG hiredis TARGETS PkgConfig::hiredis HEADERS hiredis/ PACKAGE libhiredis-dev)
ocean_dependency(oniguruma PKG_CONFIG oniguruma TARGETS PkgConfig::oniguruma HEADERS oniguruma.h PACKAGE libonig-dev)
ocean_dependency(xxhash PKG_CONFIG libxxhash TARGETS PkgConfig::xxhash HEADERS xxhash.h PACKAGE libxxhash-dev)
if(NOT OCEAN_INSTALLED) # of the program ocean alone
  ocean_dependency(mustache ONLY_HEADER kainjow/mustache.hpp TARGETS kainjow::mustache HEADERS kainjow/ PACKAGE libkainjow-mustache-dev)
endif()

# It defines _FILE_OFFSET_BITS, which is so on 64 bits anyway, and which a precompiled header without it does not go with.
set_target_properties(PkgConfig::hiredis PROPERTIES INTERFACE_COMPILE_OPTIONS "")

# yaml-cpp 0.8 renamed its target.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

if(OCEAN_TESTS)
  ocean_dependency(Catch2 TARGETS Catch2::Catch2WithMain HEADERS catch2/ PACKAGE catch2)
  include(Catch)
endif()
