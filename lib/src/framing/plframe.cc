#include "depinsat/framing/plframe.h"

#include <algorithm>
#include <cassert>

namespace depinsat::framing {
namespace {

constexpr size_t kRun = kPilotPeriodSlots * kSlotSymbols; // symbols between two pilot blocks

[[maybe_unused]] bool sizes_fit(size_t xfecframe, size_t payload)
{
    return xfecframe % kSlotSymbols == 0 &&
           payload == payload_symbols(xfecframe / kSlotSymbols, true);
}

} // namespace

void insert_pilots(std::span<const Sample> xfecframe, std::span<Sample> payload)
{
    assert(sizes_fit(xfecframe.size(), payload.size()));
    auto out = payload.begin();
    while (xfecframe.size() > kRun) {
        out = std::copy_n(xfecframe.begin(), kRun, out);
        out = std::fill_n(out, kPilotBlockSymbols, kUnmodulated);
        xfecframe = xfecframe.subspan(kRun);
    }
    std::copy(xfecframe.begin(), xfecframe.end(), out);
}

void remove_pilots(std::span<const Sample> payload, std::span<Sample> xfecframe)
{
    assert(sizes_fit(xfecframe.size(), payload.size()));
    auto in = payload.begin();
    while (xfecframe.size() > kRun) {
        std::copy_n(in, kRun, xfecframe.begin());
        in += kPilotPeriodSymbols;
        xfecframe = xfecframe.subspan(kRun);
    }
    std::copy_n(in, xfecframe.size(), xfecframe.begin());
}

} // namespace depinsat::framing
