#include "linksim/clock_watch.h"

#include <algorithm>
#include <chrono>

namespace depinsat::linksim {

void ClockWatch::look(const Station& user,
                      const Station& gateway,
                      const link::PublicKey& key,
                      Time now)
{
    if (const auto time = user.time_of(key)) {
        // Link time wraps; so does the offset.
        constexpr Time kWrap = std::chrono::seconds(1 << 18);
        const Time off = std::chrono::abs(time->offset - (gateway.now() - user.now())) % kWrap;
        const Time error = std::min(off, kWrap - off);
        error_ = std::max(error_, error);
        bound_ = std::max(bound_, time->error);
        out_of_bound_ += error > time->error;
    }
    if (const auto time = user.unix_time(); time && time->error) {
        const Time error = std::chrono::abs(time->at - (kEpoch + now));
        unix_error_ = std::max(unix_error_, error);
        out_of_bound_ += error > *time->error;
    }
}

} // namespace depinsat::linksim
