// Data fields of frames, as they come off the air: each is two bytes of length and its bytes.
#include "depinsat/framing/gse.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    constexpr size_t kLimit = 4096;
    depinsat::framing::GseParser parser(kLimit);
    std::span<const uint8_t> input(data, size);
    while (input.size() >= 2) {
        const size_t wanted = size_t(input[0] << 8 | input[1]);
        input = input.subspan(2);
        const auto data_field = input.first(std::min(wanted, input.size()));
        input = input.subspan(data_field.size());
        parser.parse(data_field, [](const depinsat::framing::GsePdu& pdu) {
            const size_t label = pdu.label.size();
            if (pdu.bytes.size() > 65535 || (label != 0 && label != 3 && label != 6))
                std::abort();
        });
        if (parser.buffered_bytes() > kLimit)
            std::abort();
    }
    return 0;
}
