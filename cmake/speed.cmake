# Uses ccache and a fast linker when the machine has them.
find_program(OCEAN_CCACHE ccache)
if(OCEAN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND}
      -E
      env
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${OCEAN_CCACHE})
endif()
find_program(OCEAN_MOLD mold)
if(OCEAN_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
