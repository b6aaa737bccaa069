# Cross-compilation from Debian to 64-bit Arm; programs run under qemu-user-static.
#
# Libraries come from build/neon/sysroot, which tools/make_neon_sysroot fills with Debian's own
# packages for arm64; compiler and C library headers are those of g++-aarch64-linux-gnu.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

get_filename_component(_sysroot "${CMAKE_CURRENT_LIST_DIR}/../build/neon/sysroot" ABSOLUTE)
set(CMAKE_FIND_ROOT_PATH ${_sysroot})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${_sysroot})
set(ENV{PKG_CONFIG_LIBDIR} ${_sysroot}/usr/lib/aarch64-linux-gnu/pkgconfig:${_sysroot}/usr/share/pkgconfig)

# The emulator's default processor has everything that the architecture knows; -L is where it
# finds the dynamic linker and the C and C++ libraries.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${_sysroot})
