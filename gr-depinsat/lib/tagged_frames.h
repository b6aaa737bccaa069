#pragma once

#include "depinsat/framing/bbheader.h"

#include <gnuradio/tags.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::blocks {

/// Data fields out of a stream of bytes with the tags "frame" of dvbs2_receiver.
///
/// Filter   with `isi`, frames of several streams that are another's are passed over; those of
/// a
///          single stream are taken.
/// Memory   one data field; a tag that says more than any BBFRAME holds is cut.
class TaggedFrames
{
public:
    struct Events {
        std::function<void(const framing::BbHeader&, std::span<const uint8_t>)> data_field;
        std::function<void()> lost; ///< a frame that failed; of which stream is not known
    };

    /// @param isi  0 to 255, or -1: every frame.
    TaggedFrames(int isi, Events events) : isi_(isi), events_(std::move(events)) {}

    /// @param first  number of in.front() in the stream.
    /// @param tags   "frame" tags of these bytes, in order.
    void
    process(std::span<const uint8_t> in, uint64_t first, const std::vector<gr::tag_t>& tags);

private:
    void begin(const pmt::pmt_t& frame);
    void append(std::span<const uint8_t> bytes);

    int isi_;
    Events events_;
    framing::BbHeader header_;
    std::vector<uint8_t> data_field_;
    size_t expected_ = 0; ///< bytes of the frame at hand; 0: none, or not wanted
};

} // namespace depinsat::blocks
