# Sets PYTHON_EXECUTABLE and Python_EXECUTABLE to the interpreter that can import GNU Radio.
#
# Another python3 may stand first on PATH (pyenv, conda); Debian's has GNU Radio.
set(_module sys)
if(DEPINSAT_GNURADIO)
    set(_module gnuradio)
endif()
if(NOT PYTHON_EXECUTABLE)
    find_program(_path_python3 python3)
    foreach(_candidate /usr/bin/python3 ${_path_python3} /usr/local/bin/python3)
        execute_process(COMMAND ${_candidate} -c "import ${_module}"
            RESULT_VARIABLE _failed OUTPUT_QUIET ERROR_QUIET)
        if(NOT _failed)
            set(PYTHON_EXECUTABLE ${_candidate} CACHE FILEPATH "Python that has GNU Radio")
            break()
        endif()
    endforeach()
    if(NOT PYTHON_EXECUTABLE)
        message(FATAL_ERROR "no python3 can import ${_module}; run script/bootstrap or set PYTHON_EXECUTABLE")
    endif()
endif()
set(Python_EXECUTABLE ${PYTHON_EXECUTABLE})
set(Python3_EXECUTABLE ${PYTHON_EXECUTABLE})
message(STATUS "Python: ${PYTHON_EXECUTABLE}")

# Where Python modules are installed below the prefix; Debian's Python finds those of /usr/local.
execute_process(COMMAND ${PYTHON_EXECUTABLE} -c
    "import sys; print('lib/python%d.%d/dist-packages' % sys.version_info[:2])"
    OUTPUT_VARIABLE DEPINSAT_PYTHON_DIR OUTPUT_STRIP_TRAILING_WHITESPACE)
