#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::config {

/// Frequency shift of one way between a station and the satellite over time: a fixed offset, a
/// ramp that ends at a limit, a sinusoid. Hz, Hz/s, s; positive moves the signal upwards.
struct SatelliteDoppler {
    double offset_hz = 0, rate_hz_per_s = 0, limit_hz = 0, amplitude_hz = 0, period_s = 86400;

    /// Largest shift that it can reach, in Hz.
    double largest_hz() const;
    bool operator==(const SatelliteDoppler&) const = default;
};

/// A station as the satellite knows it.
struct SatelliteStation {
    std::string name;
    double tx_frequency_hz = 0,
           rx_frequency_hz = 0;               ///< centres; on the way up, on the way down
    double symbol_rate_baud = 0, rolloff = 0; ///< of its carrier
    double gain_db = 0;                       ///< of its carrier at the satellite
    std::optional<double> es_n0_db;           ///< where it receives; none: no noise
    SatelliteDoppler uplink_doppler, downlink_doppler;

    double bandwidth_hz() const { return symbol_rate_baud * (1.0 + rolloff); }
    bool operator==(const SatelliteStation&) const = default;
};

/// A carrier that a station hears; from and to are indices of the stations.
struct SatellitePath {
    size_t from = 0, to = 0;
    double delay_ms = 0, gain_db = 0;
    double offset_hz = 0; ///< carrier's centre less the centre of the receiver

    bool operator==(const SatellitePath&) const = default;
};

/// Attenuation that comes for `seconds` every `period_s`, first at `start_s` after the start,
/// and grows and goes over `ramp_s` (channel/fade.h).
struct SatelliteFade {
    size_t station = 0;
    bool up = false; ///< of its carrier; else of what it receives (the noise stays)
    double start_s = 0, seconds = 0, period_s = 0, db = 0, ramp_s = 0;

    bool operator==(const SatelliteFade&) const = default;
};

/// Stretches of `seconds` that are lost at random, each with probability `share`
/// (channel/erasures.h).
struct SatelliteLoss {
    size_t station = 0;
    bool up = false; ///< of its carrier; else of what it receives (the noise stays)
    double share = 0, seconds = 0;

    bool operator==(const SatelliteLoss&) const = default;
};

/// `satellite.toml`, checked; docs/satellite.toml shows every key.
struct Satellite {
    double sample_rate_hz = 0;
    std::string uplink_endpoint, downlink_endpoint;
    std::optional<std::filesystem::path>
        runtime_directory; ///< to be made; of default endpoints
    std::optional<std::filesystem::path> status_file;
    uint64_t seed = 1;
    std::vector<SatelliteStation> stations;
    std::vector<SatellitePath> paths; ///< every carrier that is heard, and no other
    std::vector<SatelliteFade> fades;
    std::vector<SatelliteLoss> losses;

    bool operator==(const Satellite&) const = default;
};

/// @throws ConfigError with file, line, key and allowed values.
Satellite read_satellite(const std::filesystem::path& file);

/// As read_satellite(), for text at hand; `name` stands for the file.
Satellite parse_satellite(std::string_view text, const std::filesystem::path& name);

} // namespace depinsat::config
