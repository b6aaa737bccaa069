// Messages of the sample port. Input: two bytes, the size of the map; the map; the body.
#include "ports/sample_port.h"

#include <algorithm>
#include <cstdlib>

using namespace depinsat::ports;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void use(const Hello& hello)
{
    require(!hello.station.empty() && hello.station.size() <= kMaxStationNameBytes);
    require(decode_from_station(encode_map(hello), {}).has_value());
}

void use(const UplinkCredit& credit)
{
    require(credit.samples > 0 && credit.first_sample + credit.samples > credit.first_sample);
    require(decode_from_satellite(encode_map(credit), {}).has_value());
}

void use(const DownlinkCredit& credit)
{
    require(credit.samples > 0);
    require(decode_from_station(encode_map(credit), {}).has_value());
}

void use(const Samples& samples)
{
    require(samples.count() > 0 &&
            samples.count() <= max_message_samples(samples.sample_rate_hz));
    std::vector<depinsat::Sample> copied(samples.count());
    samples.copy(0, copied);
    require(decode_from_station(encode_map(SamplesHeader(samples)), samples.body).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 2)
        return 0;
    const std::span<const uint8_t> input(data + 2, size - 2);
    const size_t map_size = std::min(size_t(data[0] << 8 | data[1]), input.size());
    const auto map = input.first(map_size), body = input.subspan(map_size);
    if (const auto message = decode_from_station(map, body))
        std::visit([](const auto& m) { use(m); }, *message);
    if (const auto message = decode_from_satellite(map, body))
        std::visit([](const auto& m) { use(m); }, *message);
    return 0;
}
