#pragma once

#include "depinsat/core/types.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// Messages between a station's modem and the simulated satellite (docs/architecture.md,
/// "Sample port").
///
/// Each message is two ZeroMQ parts: a CBOR map of text keys, and samples as interleaved
/// little-endian 32-bit floats (cf32), or nothing.
/// Sockets   the satellite binds a ROUTER for the uplink and one for the downlink; a station
///           connects a DEALER to each and says hello on both, at start and once a second.
/// Clock     the satellite's. Samples are counted at its sample rate from its start; sample n
/// of
///           the uplink is due when n of the downlink goes out.
/// Uplink    the satellite grants ranges of samples as its clock passes them; the station
/// answers
///           each with exactly these samples, in order. A grant that does not begin where the
///           last one ended voids what was granted before: those samples are past.
/// Downlink  the station grants a number of samples; the satellite holds at most
/// kMaxOutstandingS
///           of it. A station that got nothing for a second grants again, since the satellite
///           may be a new one.
/// Failure   decoders take any bytes, never throw and return nothing if a field is missing, of
///           the wrong type or out of range; unknown keys are passed over.
namespace depinsat::ports {

/// Longest message, and most that may be granted and not yet sent.
inline constexpr double kMaxMessageS = 0.005, kMaxOutstandingS = 0.020;
inline constexpr double kMinPortRateHz = 1000.0, kMaxPortRateHz = 100e6;
inline constexpr size_t kMaxStationNameBytes = 32;

/// Most samples in one message and in one grant, at least 1.
size_t max_message_samples(double sample_rate_hz);
size_t max_outstanding_samples(double sample_rate_hz);

/// Station to satellite, on either socket.
struct Hello {
    std::string station; ///< 1 to 32 of a-z, 0-9, -
    double sample_rate_hz = 0;
};

/// Satellite to station: send these samples.
struct UplinkCredit {
    uint64_t first_sample = 0;
    uint64_t samples = 0; ///< 1 or more
};

/// Station to satellite: there is room for so many samples more.
struct DownlinkCredit {
    uint64_t samples = 0; ///< 1 or more
};

/// Either way: samples of the uplink or of the downlink.
struct SamplesHeader {
    uint64_t first_sample = 0;
    double sample_rate_hz = 0;
};

/// Received samples; `body` belongs to the message.
struct Samples : SamplesHeader {
    std::span<const uint8_t> body;

    size_t count() const { return body.size() / sizeof(Sample); }
    /// Samples from the one of index `from`, as many as `out` holds.
    void copy(size_t from, std::span<Sample> out) const;
};

/// The map part; the body is empty but for samples.
std::vector<uint8_t> encode_map(const Hello&);
std::vector<uint8_t> encode_map(const UplinkCredit&);
std::vector<uint8_t> encode_map(const DownlinkCredit&);
std::vector<uint8_t> encode_map(const SamplesHeader&);

/// The samples as the body part; host byte order is little-endian.
inline std::span<const uint8_t> as_body(std::span<const Sample> samples)
{
    return {reinterpret_cast<const uint8_t*>(samples.data()), samples.size_bytes()};
}

/// What a station may send; at most kMaxMessageS of samples, at least one.
std::optional<std::variant<Hello, DownlinkCredit, Samples>>
decode_from_station(std::span<const uint8_t> map, std::span<const uint8_t> body);

/// What the satellite may send.
std::optional<std::variant<UplinkCredit, Samples>>
decode_from_satellite(std::span<const uint8_t> map, std::span<const uint8_t> body);

} // namespace depinsat::ports
