// Clocks that are wrong, drift and jump.
#include "linksim/scenario.h"

namespace depinsat::linksim {
namespace {

using namespace std::chrono_literals;
using link::Class;

/// The user's wall clock is wrong and jumps, and nobody sets it right; both other clocks drift.
Scenario clock_wrong()
{
    Scenario s{.name = "clock-wrong",
               .about = "the user's wall clock is an hour wrong and jumps, clocks drift by 90 "
                        "ppm; 5 % loss; the path takes 0.7 s instead of 250 ms for messages of "
                        "2 s and of 0.6 s"};
    s.up = s.down = {.bits_per_second = 64e3, .frame_bytes = 400, .loss = {0.05}};
    s.delay = 700ms;
    s.told_delay = 250ms;
    s.user_clock = {40000s, 90, {{0s, -1h, {}}, {20min, 26h, {}}, {40min, -300s, {}}}};
    s.gateway_clock = {900000s, -90, {{0s, 3ms, 10ms}}};
    for (const From from : {From::kUsers, From::kGateway}) {
        s.flows.push_back({from, Class::kDuty, 180, 12s, 0, 2s, 10s});
        s.flows.push_back({from, Class::kInteractive, 300, 20s, 0, 600ms, 10s});
    }
    s.duration = 1h;
    s.measured_from = 30s;
    s.late_by = 150ms;
    s.figures = {{.quantity = Quantity::kClockError, .bound = 0.02},
                 {.quantity = Quantity::kClockBound, .bound = 0.1},
                 {.quantity = Quantity::kUnixError, .bound = 0.05},
                 {.quantity = Quantity::kOutOfBound, .bound = 0},
                 {.quantity = Quantity::kDroppedLate, .bound = 10, .at_least = true}};
    return s;
}

/// Nothing is said for a day.
Scenario clock_idle()
{
    Scenario s{.name = "clock-idle",
               .about = "a day in which nothing is said, clocks drift by 90 ppm"};
    s.user_clock = {40000s, 90, {{0s, 700s, {}}}};
    s.gateway_clock = {900000s, -90, {{0s, Time(0), 10ms}}};
    s.duration = 24h;
    s.measured_from = 10min;
    s.figures = {{.quantity = Quantity::kIdleRate, .bound = 10},
                 {.quantity = Quantity::kClockError, .bound = 0.05},
                 {.quantity = Quantity::kClockBound, .bound = 0.1},
                 {.quantity = Quantity::kUnixError, .bound = 0.06},
                 {.quantity = Quantity::kOutOfBound, .bound = 0}};
    return s;
}

} // namespace

std::vector<Scenario> clock_scenarios()
{
    return {clock_wrong(), clock_idle()};
}

} // namespace depinsat::linksim
