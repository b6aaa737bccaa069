// Messages of the modem port. Input: two bytes, the size of the map; the map; the body.
#include "ports/modem_port.h"

#include <algorithm>
#include <cstdlib>

using namespace depinsat::ports;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// What was decoded is encoded and decoded again.
template <class T, class Decode>
void go_round(const T& message, Decode decode)
{
    const Parts parts = encode(message);
    require(decode(parts.map, parts.body).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 2)
        return 0;
    const std::span<const uint8_t> input(data + 2, size - 2);
    const size_t map_size = std::min(size_t(data[0] << 8 | data[1]), input.size());
    const auto map = input.first(map_size), body = input.subspan(map_size);
    if (const auto message = decode_from_modem(map, body))
        std::visit([](const auto& m) { go_round(m, decode_from_modem); }, *message);
    if (const auto answer = decode_answer(map, body))
        go_round(*answer, decode_answer);
    if (const auto frame = decode_rx_frame(map, body))
        go_round(*frame, decode_rx_frame);
    if (const auto telemetry = decode_telemetry(map, body))
        go_round(*telemetry, decode_telemetry);
    return 0;
}
