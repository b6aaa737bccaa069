# What every target is compiled with. No -march here: kernels dispatch at run time.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
add_compile_options(-Wall -Wextra)

if(DEPINSAT_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# precompile_headers(TARGET HEADER...). With -fpch-preprocess ccache keeps what GCC compiles with
# them, if its `sloppiness` holds pch_defines and time_macros.
function(precompile_headers target)
    target_precompile_headers(${target} PRIVATE ${ARGN})
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endfunction()

# Highway's targets on 64-bit Arm (docs/decisions/0009-arm-in-an-emulator.md): NEON, and scalar for
# processors without AES, which this Highway's NEON demands. No SVE: its vectors can stand neither
# in arrays nor in structs.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
    add_compile_definitions(HWY_COMPILE_ALL_ATTAINABLE
        "HWY_DISABLED_TARGETS=(HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)")
endif()
