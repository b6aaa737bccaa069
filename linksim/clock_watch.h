#pragma once

#include "linksim/station.h"

namespace depinsat::linksim {

/// Compares what a user says of clocks with the truth.
class ClockWatch
{
public:
    static constexpr Time kInterval = std::chrono::seconds(5);

    void look(const Station& user, const Station& gateway, const link::PublicKey&, Time now);

    Time error() const { return error_; } ///< largest, of the user's estimate of link time
    Time bound() const { return bound_; } ///< largest bound of it
    Time unix_error() const { return unix_error_; } ///< largest, where there is a bound
    uint64_t out_of_bound() const { return out_of_bound_; }

private:
    Time error_{}, bound_{}, unix_error_{};
    uint64_t out_of_bound_ = 0;
};

} // namespace depinsat::linksim
