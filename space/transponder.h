#pragma once

#include "config/satellite.h"
#include "depinsat/channel/awgn.h"
#include "depinsat/channel/doppler.h"
#include "depinsat/channel/erasures.h"
#include "depinsat/channel/frequency_offset.h"
#include "depinsat/core/types.h"
#include "space/uplink.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::space {

/// The bent pipe: what each station receives of what the others sent, with delay, Doppler,
/// gain, fades, losses and noise. Knows no clock and no socket; the satellite's time is a count
/// of samples.
///
/// Shape     tick() turns the samples of one tick; a tick is tick_samples() long (2 ms).
/// Accuracy  delays are whole samples; gains, fades and losses change between ticks only.
/// Cost      one rotation and one addition a sample of each path, and the noise.
/// Memory    taken in the constructor: the longest delay of each station's paths.
class Transponder
{
public:
    explicit Transponder(const config::Satellite& plan);

    /// Takes the fades and losses of another plan, and nothing else of it.
    void disturb(const config::Satellite& plan);

    size_t stations() const { return uplinks_.size(); }
    size_t tick_samples() const { return tick_samples_; }
    /// Samples since the start.
    uint64_t now() const { return now_; }
    Uplink& uplink(size_t station) { return uplinks_[station]; }

    /// Whether the next tick needs samples of the station that have not come.
    bool missing(size_t station) const;

    /// Prepares the next tick: samples that it needs and that have not come become zeros.
    ///
    /// @return how many of the station's samples were missing
    uint64_t fill(size_t station);

    /// What the station receives in the next tick; after fill() of every station.
    std::span<const Sample> receive(size_t station);

    /// The tick is over.
    void advance() { now_ += tick_samples_; }

private:
    struct Path {
        size_t from;
        uint64_t delay;   ///< samples
        double offset_hz; ///< of the frequency plan
        double gain_db;
        bool shifts; ///< its frequency is not always 0
        channel::FrequencyOffset rotator;
    };
    struct Receiver {
        std::vector<Path> paths;
        channel::Doppler doppler;
        std::optional<channel::Awgn> noise;
    };
    struct Loss {
        size_t station;
        bool up;
        channel::Erasures erasures;
    };
    void add(double gain);
    void shift(Path& path, const Receiver& receiver);
    double fade_db(size_t station, bool up, double time_s) const;
    bool lost(size_t station, bool up, double time_s) const; ///< of a tick from then on
    double seconds(double samples) const { return samples / sample_rate_hz_; }

    double sample_rate_hz_;
    size_t tick_samples_;
    uint64_t now_ = 0;
    std::vector<config::SatelliteFade> fades_;
    std::vector<Loss> losses_;
    std::vector<channel::Doppler> uplink_dopplers_;
    std::vector<uint64_t> shortest_delays_; ///< of the paths that begin at the station
    std::vector<Uplink> uplinks_;
    std::vector<Receiver> receivers_;
    std::vector<Sample> carrier_, sum_; ///< one tick
};

} // namespace depinsat::space
