#pragma once

#include "linksim/clock.h"

#include "depinsat/link/link.h"

#include <cstdint>
#include <string>
#include <vector>

namespace depinsat::linksim {

using link::Time;

/// Frames lost at random (mean_burst_frames 1) or in bursts of geometric length (Gilbert).
struct Loss {
    double share = 0; ///< of all frames, 0 to 0.9
    double mean_burst_frames = 1;
};

/// One direction: from a user to the gateway on its own carrier, or from the gateway to all.
struct Direction {
    double bits_per_second = 512e3; ///< of data fields
    size_t frame_bytes = 800;       ///< of a data field
    Loss loss{};

    Time frame_time() const
    {
        return Time(int64_t(8e9 * double(frame_bytes) / bits_per_second));
    }
};

/// No frame arrives, either way.
struct Outage {
    Time start, length;
};

/// A satellite passes: frames arrive only then, and the stations know.
struct Pass {
    Time start, length;
};

/// One way between the stations.
struct PathSpec {
    Direction up{}, down{};
    Time delay = std::chrono::milliseconds(250); ///< one way
    std::vector<Outage> outages{};
    std::optional<Time> told_delay{}; ///< to the stations, if not the true one
    std::vector<Pass> passes{};       ///< none: it is there at any time
};

enum class From : uint8_t { kUsers, kGateway };

/// Messages of one sort: from each user to the gateway, or from the gateway to each user.
struct Flow {
    From from = From::kUsers;
    link::Class message_class = link::Class::kInteractive;
    size_t bytes = 200; ///< at least 8
    Time interval{};    ///< mean, exponentially distributed; 0: as many as keep `backlog` bytes
                        ///< waiting
    size_t backlog = 0;
    Time lifetime = std::chrono::hours(1000);
    Time start{};
    uint64_t limit = UINT64_MAX; ///< messages of each sender
    bool keyed = false;
};

enum class Quantity : uint8_t {
    kEfficiencyUp, ///< bytes of messages received over bytes of data fields sent
    kIdleRate,     ///< bit/s of packets with their GSE headers, both ways together
    kLatency,      ///< seconds, at the percentile, of the class
    kDone,         ///< share of the messages taken whose outcome is "done"
    kRealTime,     ///< seconds simulated in one second of one core
    kPeerBytes,    ///< memory of one idle peer
    kCrashes,
    kKeptPromises, ///< share of the keyed messages with time left that were accepted and came
    kClockError,   ///< seconds: largest error of a user's estimate of link time
    kClockBound,   ///< seconds: largest bound of it that a user claimed
    kUnixError,    ///< seconds: largest error of what a user takes for Unix time
    kOutOfBound,   ///< samples in which an error was above the bound claimed
    kDroppedLate,  ///< messages that receivers dropped since they were late
    kRepeated,     ///< share of the segments that users sent again
};

/// What the scenario is to reach.
struct Figure {
    Quantity quantity{};
    double bound = 0;
    bool at_least = false;
    link::Class message_class = link::Class::kDuty;
    double percentile = 0;
};

struct Scenario {
    std::string name{}, about{};
    size_t users = 1;
    Direction up{}, down{};
    Time delay = std::chrono::milliseconds(250); ///< one way
    Time lead =
        std::chrono::milliseconds(5); ///< a frame is filled so long before it goes on air
    std::vector<Outage> outages{};
    std::optional<Time> told_delay{};   ///< to the stations, if not the true one
    std::vector<Pass> passes{};         ///< none: the path is there at any time
    std::vector<PathSpec> more_paths{}; ///< besides the one of the values above
    Clock user_clock{}, gateway_clock{};
    Time late_by{}; ///< a message is late if it comes so long after its deadline: what the
                    ///< stations' clocks may be wrong by
    std::vector<Flow> flows{};
    std::vector<Time> restarts{}; ///< of the gateway's program
    size_t crashes = 0;        ///< at random, of all stations, whose journals are then on disks
    bool old_journals = false; ///< after a crash an older copy of the journal may be there
    bool watch_nonces = false; ///< that none comes twice; always with crashes
    Time duration{};
    Time rest{};          ///< at the end, in which no messages are made
    Time measured_from{}; ///< rates and efficiency count from here
    std::vector<Figure> figures{};

    std::vector<PathSpec> paths() const
    {
        std::vector<PathSpec> all{{up, down, delay, outages, told_delay, passes}};
        all.insert(all.end(), more_paths.begin(), more_paths.end());
        return all;
    }
};

std::vector<Scenario> path_scenarios();
std::vector<Scenario> clock_scenarios();

const std::vector<Scenario>& scenarios();

/// @throws std::invalid_argument if there is none of that name.
const Scenario& find_scenario(const std::string& name);

const char* name_of(link::Class);

} // namespace depinsat::linksim
