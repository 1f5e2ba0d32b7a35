# ocean_integration([DEPENDS …]): one call makes an integration from its folder.
#
#   ocean-<type>           the program: main.cpp and src/*.cpp
#   <type>_core            the same without main.cpp, for the tests
#   <type>_tests           tests/*_test.cpp
#   ocean-<type>-upstream  tests/upstream/*.cpp: a scripted third-party server, shared by tests and demos
#
# The type is the folder's name; the version is read from .port/spec.yaml, the only place that holds it. DEPENDS takes names from
# cmake/dependencies.cmake.

function(ocean_read_spec_version spec variable)
  if(NOT EXISTS ${spec})
    message(FATAL_ERROR "${spec} is missing: every integration has one")
  endif()
  file(STRINGS ${spec} lines REGEX "^version:")
  list(LENGTH lines count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${spec}: exactly one top-level 'version:' is needed, found ${count}")
  endif()
  string(REGEX REPLACE "^version:[ \t]*[\"']?([^\"' \t#]+).*$" "\\1" version "${lines}")
  set(${variable} ${version} PARENT_SCOPE)
endfunction()

# Dependencies come from the catalogue, or the images and the documentation would not know of them.
function(ocean_check_catalogue type)
  get_property(known GLOBAL PROPERTY OCEAN_CATALOGUE)
  foreach(target ${ARGN})
    if(NOT target IN_LIST known)
      message(FATAL_ERROR "integrations/${type}: DEPENDS names ${target}, which is not in cmake/dependencies.cmake")
    endif()
  endforeach()
endfunction()

function(ocean_integration)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  get_filename_component(type ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  if(NOT type MATCHES "^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    message(FATAL_ERROR "integrations/${type}: the folder's name is the type, in kebab-case")
  endif()
  set(spec ${CMAKE_CURRENT_SOURCE_DIR}/.port/spec.yaml)
  ocean_read_spec_version(${spec} version)
  ocean_check_catalogue(${type} ${ARG_DEPENDS})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${spec})

  file(GLOB sources CONFIGURE_DEPENDS src/*.cpp)
  file(GLOB upstream_sources CONFIGURE_DEPENDS tests/upstream/*.cpp)
  file(GLOB test_sources CONFIGURE_DEPENDS tests/*_test.cpp)
  list(FILTER upstream_sources EXCLUDE REGEX "/main\\.cpp$")

  add_library(${type}_core STATIC ${sources})
  target_include_directories(${type}_core PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${type}_core PUBLIC ocean::sdk ${ARG_DEPENDS})
  ocean_configure_target(${type}_core)

  add_executable(ocean-${type} main.cpp)
  target_link_libraries(ocean-${type} PRIVATE ${type}_core)
  target_compile_definitions(ocean-${type} PRIVATE OCEAN_INTEGRATION_VERSION="${version}")
  ocean_configure_target(ocean-${type})
  install(TARGETS ocean-${type} RUNTIME COMPONENT integrations)
  install(DIRECTORY .port DESTINATION ${CMAKE_INSTALL_DATADIR}/ocean/${type} COMPONENT integrations)

  if(NOT OCEAN_TESTS)
    return()
  endif()
  set(test_libraries ${type}_core ocean::testing)
  if(upstream_sources)
    add_library(${type}_upstream STATIC ${upstream_sources})
    target_include_directories(${type}_upstream PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/tests)
    target_link_libraries(${type}_upstream PUBLIC ocean::http ocean::testing)
    ocean_configure_target(${type}_upstream)
    list(APPEND test_libraries ${type}_upstream)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/tests/upstream/main.cpp)
      add_executable(ocean-${type}-upstream tests/upstream/main.cpp)
      target_link_libraries(ocean-${type}-upstream PRIVATE ${type}_upstream CLI11::CLI11)
      ocean_configure_target(ocean-${type}-upstream)
    endif()
  endif()
  if(test_sources)
    ocean_test(
      ${type}_tests
      SOURCES ${test_sources}
      DEPENDS ${test_libraries}
      LABEL integration)
    ocean_define_where_used(OCEAN_INTEGRATION_DIR ${CMAKE_CURRENT_SOURCE_DIR} ${test_sources})
    ocean_define_where_used(OCEAN_INTEGRATION_PROGRAM $<TARGET_FILE:ocean-${type}> ${test_sources})
    add_dependencies(${type}_tests ocean-${type})
  endif()
endfunction()

# Adds every folder with a .port/spec.yaml, or those that OCEAN_INTEGRATIONS names.
function(ocean_add_integrations folder)
  file(GLOB specs CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*/.port/spec.yaml)
  set(known "")
  foreach(spec ${specs})
    string(REGEX REPLACE "/.*" "" name ${spec})
    list(APPEND known ${name})
  endforeach()
  set(wanted ${known})
  if(OCEAN_INTEGRATIONS)
    set(wanted ${OCEAN_INTEGRATIONS})
  endif()
  foreach(name ${wanted})
    if(NOT name IN_LIST known)
      message(FATAL_ERROR "OCEAN_INTEGRATIONS names '${name}', which is no integration; there are: ${known}")
    endif()
    add_subdirectory(${folder}/${name} ${CMAKE_BINARY_DIR}/integrations/${name})
  endforeach()
endfunction()
