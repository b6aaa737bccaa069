#pragma once

#include "depinsat/core/executor.h"
#include "dvbs2_frame_decoder.h"

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// Frames between synchronisation and sink: decoded at the same time, delivered in order.
///
/// Memory    as many frames as the executor has places for, at most kLag, and for each a
///           decoder of every MODCOD that it has met.
class Dvbs2Decoding
{
public:
    static constexpr size_t kLag = 4; ///< frames

    /// @param frame    all that is known of it; its data_field lives during the call.
    /// @param symbols  of the XFECFRAME.
    using Sink =
        std::function<void(const Dvbs2ReceivedFrame&, std::span<const Sample> symbols)>;

    /// @throws std::invalid_argument if max_iterations is 0.
    Dvbs2Decoding(unsigned max_iterations, Executor&, Sink);
    ~Dvbs2Decoding();

    /// Takes a frame in hand; if all places are taken, waits for the oldest and delivers it.
    ///
    /// @param frame      what synchronisation knows of it.
    /// @param xfecframe  of mean power 1.
    /// @param n0         noise power per symbol.
    /// @return whether the frame that was delivered kLag before this one had failed: known by
    ///         now with any executor, so that what follows from it is the same.
    bool start(const Dvbs2ReceivedFrame& frame, std::span<const Sample> xfecframe, float n0);

    /// As start(), for a frame that may be none: delivered if it decodes, and waited for, as
    /// are those before it.
    /// @return whether it does.
    bool try_now(const Dvbs2ReceivedFrame& frame, std::span<const Sample> xfecframe, float n0);

    /// Delivers a frame that cannot be decoded, behind those in hand.
    void deliver_failed(const Dvbs2ReceivedFrame& frame, Dvbs2Failure failure);

    /// Delivers the frames that have been decoded.
    void deliver();

    /// Waits for all frames in hand and delivers them.
    void finish();

    /// Whether deliver() would deliver a frame.
    bool ready() const;

private:
    struct Place;

    Place& take_place();
    void wait_for_oldest();

    Executor& executor_;
    Sink sink_;
    std::vector<std::unique_ptr<Place>> places_; // a ring
    size_t oldest_ = 0, in_hand_ = 0;
    uint64_t delivered_ = 0;
    std::array<bool, kLag> failed_{}; // the last frames that were delivered
};

} // namespace depinsat::waveform
