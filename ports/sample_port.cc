#include "ports/sample_port.h"

#include "ports/cbor_map.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>

namespace depinsat::ports {
namespace {

static_assert(std::endian::native == std::endian::little, "cf32 is little-endian");

// A counter of samples lasts longer than any clock; a sum of two never overflows.
constexpr uint64_t kMaxCount = uint64_t(1) << 62;

size_t samples_in(double seconds, double sample_rate_hz)
{
    return std::max<size_t>(1, size_t(std::floor(seconds * sample_rate_hz)));
}

double read_rate(MapReader& reader)
{
    const double rate = reader.finite("sample_rate_hz");
    if (!(rate >= kMinPortRateHz && rate <= kMaxPortRateHz))
        reader.fail();
    return rate;
}

uint64_t read_granted(MapReader& reader)
{
    const uint64_t samples = reader.uint("samples", kMaxCount);
    if (samples == 0)
        reader.fail();
    return samples;
}

std::string read_name(MapReader& reader)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    std::string name = reader.text("station", kMaxStationNameBytes);
    if (name.empty() || !std::all_of(name.begin(), name.end(), allowed))
        reader.fail();
    return name;
}

Hello read_hello(MapReader& reader)
{
    return {read_name(reader), read_rate(reader)};
}

Samples read_samples(MapReader& reader, std::span<const uint8_t> body)
{
    const Samples samples{{reader.uint("first_sample", kMaxCount), read_rate(reader)}, body};
    if (!reader.ok() || body.empty() || body.size() % sizeof(Sample) != 0 ||
        samples.count() > max_message_samples(samples.sample_rate_hz))
        reader.fail();
    return samples;
}

} // namespace

size_t max_message_samples(double sample_rate_hz)
{
    return samples_in(kMaxMessageS, sample_rate_hz);
}

size_t max_outstanding_samples(double sample_rate_hz)
{
    return samples_in(kMaxOutstandingS, sample_rate_hz);
}

void Samples::copy(size_t from, std::span<Sample> out) const
{
    assert(from + out.size() <= count());
    if (!out.empty())
        std::memcpy(out.data(), body.data() + from * sizeof(Sample), out.size_bytes());
}

std::vector<uint8_t> encode_map(const Hello& hello)
{
    return encode_map(nlohmann::json{{"type", "hello"},
                                     {"station", hello.station},
                                     {"sample_rate_hz", hello.sample_rate_hz}});
}

std::vector<uint8_t> encode_map(const UplinkCredit& credit)
{
    return encode_map(nlohmann::json{{"type", "credit"},
                                     {"first_sample", credit.first_sample},
                                     {"samples", credit.samples}});
}

std::vector<uint8_t> encode_map(const DownlinkCredit& credit)
{
    return encode_map(nlohmann::json{{"type", "credit"}, {"samples", credit.samples}});
}

std::vector<uint8_t> encode_map(const SamplesHeader& samples)
{
    return encode_map(nlohmann::json{{"type", "samples"},
                                     {"first_sample", samples.first_sample},
                                     {"sample_rate_hz", samples.sample_rate_hz}});
}

std::optional<std::variant<Hello, DownlinkCredit, Samples>>
decode_from_station(std::span<const uint8_t> map, std::span<const uint8_t> body)
{
    const auto json = decode_map(map);
    if (!json)
        return std::nullopt;
    MapReader reader(*json);
    const std::string type = reader.text("type");
    std::variant<Hello, DownlinkCredit, Samples> message;
    if (type == "samples")
        message = read_samples(reader, body);
    else if (type == "hello" && body.empty())
        message = read_hello(reader);
    else if (type == "credit" && body.empty())
        message = DownlinkCredit{read_granted(reader)};
    else
        return std::nullopt;
    return reader.ok() ? std::optional(std::move(message)) : std::nullopt;
}

std::optional<std::variant<UplinkCredit, Samples>>
decode_from_satellite(std::span<const uint8_t> map, std::span<const uint8_t> body)
{
    const auto json = decode_map(map);
    if (!json)
        return std::nullopt;
    MapReader reader(*json);
    const std::string type = reader.text("type");
    std::variant<UplinkCredit, Samples> message;
    if (type == "samples")
        message = read_samples(reader, body);
    else if (type == "credit" && body.empty())
        message = UplinkCredit{reader.uint("first_sample", kMaxCount), read_granted(reader)};
    else
        return std::nullopt;
    return reader.ok() ? std::optional(message) : std::nullopt;
}

} // namespace depinsat::ports
