// A BBFRAME as the decoder hands it over. First byte of the input odd: the CRC-8 of the
// BBHEADER is made right, so that what lies behind it is reached.
#include "depinsat/core/crc.h"
#include "depinsat/framing/bb_scrambler.h"
#include "depinsat/framing/bbframe.h"

#include <cstdlib>
#include <vector>

using namespace depinsat;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    constexpr size_t kLongest = 8100;
    if (size < 1 + framing::kBbHeaderBytes || size > kLongest)
        return 0;
    std::vector<uint8_t> frame(data + 1, data + size);
    if (data[0] % 2 != 0) {
        frame[framing::kBbHeaderBytes - 1] =
            Crc8::of(std::span(frame).first(framing::kBbHeaderBytes - 1));
        framing::bb_scramble(frame);
    }
    const auto parsed = framing::parse_bbframe(frame);
    if (!parsed)
        return 0;
    const auto field = parsed->data_field;
    const size_t bits = parsed->header.data_field_bits;
    if (bits > 8 * (frame.size() - framing::kBbHeaderBytes) || field.size() != (bits + 7) / 8)
        std::abort();
    if (field.data() != frame.data() + framing::kBbHeaderBytes)
        std::abort();
    return 0;
}
