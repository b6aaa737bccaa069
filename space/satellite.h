#pragma once

#include "config/satellite.h"
#include "ports/sample_port.h"
#include "space/arrival_log.h"
#include "space/downlink_queue.h"
#include "space/transponder.h"

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::space {

/// Where the satellite's time comes from.
enum class Pace {
    kRealTime,         ///< the wall clock; never waits for a station
    kPatient,          ///< the wall clock, but it stands still rather than lose samples of a
                       ///< station that has come; for tests on busy machines
    kAsFastAsPossible, ///< every station's samples, none missing; for tests of samples
};

/// The simulated satellite at its sockets: the only clock of all stations.
///
/// Each tick it takes what the stations sent, gives each what it hears, and grants the next
/// samples. A station that is missing, slow, stopped or hostile costs zeros, which are counted,
/// and nothing else.
/// Memory    taken in the constructor; the sockets hold a bounded number of messages.
/// Threads   run() uses its caller's; ZeroMQ has one for input and output.
class Satellite
{
public:
    using Clock = std::chrono::steady_clock;

    /// @throws std::runtime_error if an endpoint cannot be bound, or the status file not
    /// written.
    Satellite(zmq::context_t& context, const config::Satellite& plan, Pace pace);

    /// Until `stop`; looks at it, and calls `between`, every 100 ms at least.
    void run(const std::atomic<bool>& stop, const std::function<void()>& between);

    /// Takes the fades and losses of a plan that is the same otherwise.
    /// @throws std::invalid_argument if it is not.
    void disturb(const config::Satellite& plan);

    /// Counters since the start, for people and tests (docs/satellite.toml).
    nlohmann::json status() const;

private:
    struct Station {
        std::string name;
        std::string uplink_identity, downlink_identity; ///< of its sockets; empty: none yet
        Clock::time_point heard;
        bool present = false;
        DownlinkQueue queue;
        ArrivalLog arrivals;
        uint64_t samples_in = 0, zeros = 0, late = 0, refused = 0;
        uint64_t samples_out = 0, dropped = 0, starts = 0;
    };
    struct Parts; ///< of one received message

    bool receive(zmq::socket_t& socket);
    void on_message(bool up, const Parts& parts);
    void on_hello(bool up, const std::string& identity, const ports::Hello& hello);
    void on_samples(size_t index, const ports::Samples& samples);
    Station* by_identity(bool up, std::string_view identity);
    void note_absent();

    bool due();
    bool nobody_late();
    bool clock_due();
    bool all_ready();
    void tick();
    void grant(size_t index);
    void deliver(Station& station);
    void measure_delays(size_t to, uint64_t first_sample);
    void check_status_file() const;
    void write_status();
    std::chrono::milliseconds wait() const;

    config::Satellite plan_;
    Pace pace_;
    Transponder transponder_;
    std::vector<Station> stations_;
    zmq::socket_t uplink_, downlink_;
    std::vector<Sample> samples_;                 ///< of one message
    std::vector<std::optional<double>> delays_s_; ///< of plan_.paths, as last measured
    Clock::duration tick_length_;
    Clock::time_point next_tick_, next_status_;
    uint64_t malformed_ = 0, unknown_ = 0, strangers_ = 0, clock_slips_ = 0;
};

} // namespace depinsat::space
