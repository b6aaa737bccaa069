#pragma once

#include <algorithm>
#include <limits>

namespace depinsat::bridge {

/// Tells the time of a modem's clock: that of another machine has another beginning.
///
/// The quickest message of the last 2 to 4 s shows how far the clocks are apart; one that took
/// longer was held up on the way, and its modem has gone on meanwhile.
/// Accuracy   time that the quickest message took, below 1 ms in a local network, and the
///            drift of the clocks within 4 s. With one clock the error is the former only.
class ModemClock
{
public:
    /// @param sent_at   of a message that has just come, s of the modem's clock.
    /// @param received  now, s of this machine's clock.
    /// @return          now, s of the modem's clock.
    double time(double sent_at, double received)
    {
        if (received - began_ >= kWindow) {
            earlier_ = quickest_;
            quickest_ = kNone;
            began_ = received;
        }
        quickest_ = std::min(quickest_, received - sent_at);
        return received - std::min(quickest_, earlier_);
    }

    /// Another modem.
    void reset() { *this = {}; }

private:
    static constexpr double kWindow = 2, kNone = std::numeric_limits<double>::infinity();

    double quickest_ = kNone, earlier_ = kNone;
    double began_ = -kNone;
};

} // namespace depinsat::bridge
