#pragma once

#include <gnuradio/tags.h>

#include <cstdint>
#include <vector>

namespace depinsat::blocks {

/// Samples that a source lost, as its tags tell: `rx_time` of UHD (pmt tuple: whole seconds
/// uint64, fraction double), which comes at the start and behind each overflow, or
/// `satellite_sample` of satellite_source (uint64).
class SampleGaps
{
public:
    struct Gap {
        uint64_t offset; ///< of the first item behind it
        uint64_t lost;   ///< samples; 0: not known, because time went back
    };

    explicit SampleGaps(double sample_rate_hz) : sample_rate_hz_(sample_rate_hz) {}

    /// @param tags  of the items in hand, in any order; each once.
    /// @return the gaps, in order of their offsets. Times that go on as they must make none.
    std::vector<Gap> find(std::vector<gr::tag_t> tags);

private:
    /// A tag and what it says of its item: a time in whole units and their fraction.
    struct Mark {
        uint64_t offset, whole;
        double fraction;
    };

    void add(const Mark& mark,
             double samples_per_unit,
             Mark& last,
             bool& known,
             std::vector<Gap>& gaps);

    double sample_rate_hz_;
    Mark last_time_{}, last_sample_{};
    bool time_known_ = false, sample_known_ = false;
};

} // namespace depinsat::blocks
