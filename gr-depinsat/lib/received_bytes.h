#pragma once

#include "depinsat/waveform/dvbs2_receiver.h"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

namespace depinsat::blocks {

/// One received frame without its bytes.
struct FrameReport {
    uint64_t offset; ///< of its first byte, or of the next one that comes; counts from the
                     ///< first byte that take() put out last
    size_t bytes;
    waveform::Dvbs2ReceivedFrame frame; ///< its data_field is empty
};

/// Data fields between a receiver, which delivers frames, and a stream, which takes bytes.
///
/// Bounded by its owner, who gives the receiver a piece of samples only when it is empty(). Of
/// failed frames, which have no byte that would carry them out, the last kMaxReports are kept.
class ReceivedBytes
{
public:
    static constexpr size_t kMaxReports = 256;

    void add(const waveform::Dvbs2ReceivedFrame&);

    /// Bytes move to `out` as far as they fit.
    /// @return how many.
    size_t take(std::span<uint8_t> out);

    /// The next report of what take() put out last, oldest first; to be asked for until there
    /// is none.
    bool next_report(FrameReport& report);

    bool empty() const { return taken_ == bytes_.size(); }

private:
    std::vector<uint8_t> bytes_;
    size_t taken_ = 0;
    uint64_t added_ = 0, begin_ = 0, end_ = 0; // bytes; put out last: begin_ to end_
    std::deque<FrameReport> reports_;
};

/// "none", "ldpc", "bch", "bbheader", "gap".
std::string_view name_of(waveform::Dvbs2Failure);

} // namespace depinsat::blocks
