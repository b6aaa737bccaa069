#pragma once

#include "depinsat/core/types.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::space {

/// What a station has sent, and what it may send: a window of samples in the satellite's count.
///
/// The satellite grants samples as its clock passes them. What has not come when it is due is
/// zeros, for ever, and the station starts again at the clock.
/// Memory    taken in the constructor.
/// Threads   none of its own.
class Uplink
{
public:
    enum class Verdict {
        kAccepted,
        kLate,    ///< part of a grant that is past
        kRefused, ///< never granted, or out of order
    };
    struct Grant {
        uint64_t first_sample = 0, samples = 0;
    };

    /// @param history      samples that can be read back from the newest one
    /// @param outstanding  most samples that are granted and have not come
    Uplink(size_t history, size_t outstanding);

    /// A new station, or one that was silent: it may send from `now` on; older grants are void.
    void start(uint64_t now);
    /// Whether the station holds grants, or gets them.
    bool active() const { return active_; }

    /// What may be granted at `now`, if anything.
    std::optional<Grant> grant(uint64_t now);

    /// Samples that came. Takes them if they are granted and next in order.
    Verdict accept(uint64_t first_sample, std::span<const Sample> samples);

    /// Samples before `due` are needed: the missing ones become zeros.
    ///
    /// @return how many were missing; if any were granted, the station is no longer active.
    uint64_t fill(uint64_t due);

    /// Reads samples from `first` on, before which are zeros where it is negative. What is read
    /// must have come or been filled, at most `history` ago.
    void read(int64_t first, std::span<Sample> out) const;

    /// The first sample that is not here.
    uint64_t next() const { return next_; }

private:
    void write(uint64_t first, std::span<const Sample> samples);
    void clear(uint64_t end);

    std::vector<Sample>
        ring_; ///< a power of two of samples; sample n stands at n modulo its size
    size_t outstanding_;
    uint64_t next_ = 0; ///< all before are here
    uint64_t granted_from_ = 0, granted_end_ = 0;
    bool active_ = false;
};

} // namespace depinsat::space
