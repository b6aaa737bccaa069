#include "gnuradio/depinsat/blocks.h"

#include <pybind11/pybind11.h>

// Python sees each block as a gr.block made by a function: all of a block's interface is in its
// parameters, ports and tags, so that C++ and Python have the same, and no block file needs
// Python's headers.
namespace depinsat::blocks {
void bind_stations(pybind11::module_&);
void bind_stages(pybind11::module_&);
void bind_codes(pybind11::module_&);
} // namespace depinsat::blocks

PYBIND11_MODULE(depinsat_python, m)
{
    pybind11::module_::import("gnuradio.gr"); // registers gr.block

    depinsat::blocks::bind_stations(m);
    depinsat::blocks::bind_stages(m);
    depinsat::blocks::bind_codes(m);
}
