# What is installed: the ocean command, the SDK with its CMake package, the templates; `make package` makes a .deb of it.
# Integrations are installed by their own component and travel as images.
include(CMakePackageConfigHelpers)
set(OCEAN_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/ocean)

function(ocean_install_sdk)
  get_property(rooms GLOBAL PROPERTY OCEAN_ROOMS)
  set(targets ocean_sdk)
  foreach(room ${rooms})
    list(APPEND targets ocean_${room})
    install(DIRECTORY sdk/${room}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
  endforeach()
  install(DIRECTORY sdk/testing/catch/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
  install(TARGETS ${targets} EXPORT oceanTargets ARCHIVE COMPONENT sdk)
  install(TARGETS ocean_cli RUNTIME COMPONENT sdk)
  install(EXPORT oceanTargets NAMESPACE ocean:: DESTINATION ${OCEAN_PACKAGE_DIR} COMPONENT sdk)
  install(DIRECTORY sdk/templates DESTINATION ${CMAKE_INSTALL_DATADIR}/ocean COMPONENT sdk)
  install(PROGRAMS scripts/image-root.sh DESTINATION ${CMAKE_INSTALL_DATADIR}/ocean COMPONENT sdk)

  configure_package_config_file(cmake/oceanConfig.cmake.in ${CMAKE_BINARY_DIR}/oceanConfig.cmake
                                INSTALL_DESTINATION ${OCEAN_PACKAGE_DIR})
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/oceanConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(
    FILES ${CMAKE_BINARY_DIR}/oceanConfig.cmake
          ${CMAKE_BINARY_DIR}/oceanConfigVersion.cmake
          cmake/dependencies.cmake
          cmake/OceanWarnings.cmake
          cmake/OceanLibrary.cmake
          cmake/OceanIntegration.cmake
    DESTINATION ${OCEAN_PACKAGE_DIR}
    COMPONENT sdk)
  # What the package holds, and no tests.
  add_custom_target(sdk_package DEPENDS ${targets} ocean_cli)
endfunction()

# The development packages that building with the SDK takes are those of the catalogue.
get_property(packages GLOBAL PROPERTY OCEAN_PACKAGES)
list(REMOVE_ITEM packages libkainjow-mustache-dev catch2)
list(JOIN packages ", " OCEAN_DEB_DEPENDS)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ocean)
set(CPACK_PACKAGE_VERSION ${version})
set(CPACK_PACKAGE_CONTACT "The Ocean authors <ocean@example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Keeps a software catalog in step with third-party systems: command and SDK")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL sdk)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_SDK_PACKAGE_NAME ocean)
set(CPACK_DEBIAN_SDK_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "${OCEAN_DEB_DEPENDS}, pkg-config")
set(CPACK_DEBIAN_SDK_PACKAGE_RECOMMENDS "g++, cmake, ninja-build, make, catch2")
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
include(CPack)
