# What every target of ours is compiled with; attached PRIVATE, so that users of the SDK keep their own.
add_library(ocean_warnings INTERFACE)
target_compile_options(
  ocean_warnings
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wnon-virtual-dtor
            -Woverloaded-virtual
            -Wold-style-cast
            -Wcast-align
            -Wunused
            -Wnull-dereference
            -Wimplicit-fallthrough
            $<$<BOOL:${OCEAN_DEVELOPER}>:-Werror>
            # GCC 12 reports these inside the standard library's and nlohmann/json's inlined code.
            $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference
            -Wno-error=maybe-uninitialized
            -Wno-error=restrict
            -Wno-error=stringop-overflow
            -Wno-error=array-bounds
            -Wno-error=free-nonheap-object
            -Wno-error=dangling-pointer
            -Wno-error=tsan>)
