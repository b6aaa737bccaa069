#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace depinsat::framing {

/// Roll-offs of DVB-S2 (the first three) and of DVB-S2X.
inline constexpr std::array<double, 6> kRolloffs{0.35, 0.25, 0.20, 0.15, 0.10, 0.05};
inline constexpr std::string_view kRolloffNames = "0.35, 0.25, 0.20, 0.15, 0.10, 0.05";

/// @return whether it is one of kRolloffs, to 1e-6.
bool is_rolloff(double rolloff);

/// RO fields of the BBHEADERs of one transmitter, frame by frame.
///
/// Standard  EN 302 307-1, clause 5.1.6: 0, 1, 2 for 0.35, 0.25, 0.20. The low roll-offs of S2X
///           (0.15, 0.10, 0.05) alternate: 3 in the first frame, 0, 1, 2 in the next one, and
///           so on. The alternation follows gr-dtv's transmitter; it was not compared with the
///           text of EN 302 307-2.
class RolloffField
{
public:
    /// @throws std::invalid_argument naming the allowed values.
    explicit RolloffField(double rolloff);

    /// The field of the next frame with data.
    uint8_t next();

private:
    uint8_t code_;
    bool low_;
    bool flag_ = false;
};

} // namespace depinsat::framing
