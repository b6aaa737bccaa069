# depinsat_room(<name> SOURCES <file>... [LINKS <target>...] [PRIVATE_LINKS <target>...])
#
# One folder of lib/: a static library depinsat_<name>, alias depinsat::<name>. LINKS are the
# rooms that it may include; tools/check_includes.py holds the same table and is run as a test.
function(depinsat_room name)
    cmake_parse_arguments(room "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(depinsat_${name} STATIC ${room_SOURCES})
    add_library(depinsat::${name} ALIAS depinsat_${name})
    target_include_directories(depinsat_${name}
        PUBLIC ${PROJECT_SOURCE_DIR}/lib/include
        PRIVATE ${PROJECT_SOURCE_DIR}/lib/src)
    target_link_libraries(depinsat_${name} PUBLIC ${room_LINKS} PRIVATE ${room_PRIVATE_LINKS})
endfunction()
