#pragma once

#include "depinsat/waveform/dvbs2_receiver.h"

#include <gnuradio/tags.h>

#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::blocks {

/// Samples that a source lost, as its tags tell: `rx_time` of UHD (pmt tuple: whole seconds
/// uint64, fraction double), which comes at the start and behind each overflow, or
/// `satellite_sample` of satellite_source (uint64).
///
/// Counts the items by itself: GNU Radio's counters begin again when a flowgraph does.
class SampleGaps
{
public:
    struct Gap {
        size_t place;  ///< of the first item behind it, in the piece
        uint64_t lost; ///< samples; 0: not known, because time went back
    };

    explicit SampleGaps(double sample_rate_hz) : sample_rate_hz_(sample_rate_hz) {}

    /// @param tags   of the next piece, in any order.
    /// @param first  offset of its first item, as the tags count.
    /// @param count  items in it.
    /// @return the gaps, in order of their places. Times that go on as they must make none.
    std::vector<Gap> find(std::vector<gr::tag_t> tags, uint64_t first, size_t count);

private:
    /// A tag and what it says of its item: a time in whole units and their fraction.
    struct Mark {
        uint64_t sample, whole;
        double fraction;
    };

    void add(const Mark& mark,
             double samples_per_unit,
             Mark& last,
             bool& known,
             std::vector<Gap>& gaps);

    double sample_rate_hz_;
    uint64_t passed_ = 0; // samples of the pieces before
    Mark last_time_{}, last_sample_{};
    bool time_known_ = false, sample_known_ = false;
};

/// Gives the receiver a piece of samples, and word of the gaps in it.
void process(waveform::Dvbs2FrameReceiver&,
             std::span<const Sample> piece,
             const std::vector<SampleGaps::Gap>& gaps);

} // namespace depinsat::blocks
