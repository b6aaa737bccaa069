#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace depinsat::bridge {

/// Unix time in s.
inline double unix_time()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// What the bridges of a station did; at a user station for its clients, at a gateway for
/// others.
struct BridgeCounters {
    uint64_t requests = 0;  ///< that went, or were to go, over the link
    uint64_t answers = 0;   ///< of these, answered by the far end
    uint64_t errors = 0;    ///< of these, answered by an error of this station
    uint64_t in_flight = 0; ///< neither yet
    std::optional<double> first_request_time, last_answer_time; ///< Unix time in s

    void begin()
    {
        ++requests;
        ++in_flight;
        if (!first_request_time)
            first_request_time = unix_time();
    }
    void end(bool answered)
    {
        --in_flight;
        ++(answered ? answers : errors);
        if (answered)
            last_answer_time = unix_time();
    }
};

} // namespace depinsat::bridge
