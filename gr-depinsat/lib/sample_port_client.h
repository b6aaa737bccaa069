#pragma once

#include "port_socket.h"
#include "ports/sample_port.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace depinsat::blocks {

struct SamplePortConfig {
    std::string endpoint;
    std::string station; ///< 1 to 32 of a-z, 0-9, -
    double sample_rate_hz = 1e6;
};

/// What both ends of a station have: a connection, and a hello once a second.
///
/// Away   a satellite that says nothing for a second is connected anew, since it may be another
///        one that knows nothing of this station.
class SamplePort
{
public:
    /// @throws std::invalid_argument naming the key and the allowed values.
    SamplePort(const char* key, const SamplePortConfig&);

    /// Says hello and connects anew if it is time.
    /// @return whether the connection is a new one.
    bool keep_up();

    bool receive(std::chrono::microseconds wait);
    bool send(std::span<const uint8_t> map, std::span<const uint8_t> body = {})
    {
        return socket_.send(map, body);
    }
    std::span<const uint8_t> map() const { return socket_.map(); }
    std::span<const uint8_t> body() const { return socket_.body(); }
    double sample_rate_hz() const { return config_.sample_rate_hz; }

private:
    using Clock = std::chrono::steady_clock;

    SamplePortConfig config_;
    PortSocket socket_;
    Clock::time_point hello_due_, silent_since_;
};

/// Uplink of the sample port: sends samples as the satellite grants them.
///
/// Contract  ports/sample_port.h.
/// Threads   one object per thread.
class UplinkClient
{
public:
    /// @throws std::invalid_argument naming the key and the allowed values.
    explicit UplinkClient(const SamplePortConfig& config) : port_("uplink_endpoint", config) {}

    /// Sends the first of `samples` as far as credit goes; waits for credit at most `wait`.
    /// @return how many.
    size_t send(std::span<const Sample> samples, std::chrono::microseconds wait);

    /// Samples granted but never sent, because the satellite's clock had gone on without them.
    uint64_t missed() const { return missed_; }

private:
    struct Grant {
        uint64_t first, count;
    };

    void take_grants(std::chrono::microseconds wait);
    void add(Grant);

    SamplePort port_;
    std::deque<Grant> grants_;
    uint64_t granted_end_ = 0;
    uint64_t missed_ = 0;
};

/// Downlink of the sample port: samples in the order of the satellite's clock.
///
/// Contract  ports/sample_port.h.
/// Gaps      of up to kMaxGapS are filled with zeros; longer ones, and a clock that begins
///           again, are only reported.
/// Bounded   kMaxOutstandingS of samples wait here and on the way.
/// Threads   one object per thread.
class DownlinkClient
{
public:
    static constexpr double kMaxGapS = 0.1;

    struct Piece {
        size_t count = 0; ///< samples
        /// Number, by the satellite's clock, of the first sample, if it does not follow the
        /// last one of the piece before (zeros for a gap follow it).
        std::optional<uint64_t> new_time;
    };

    /// @throws std::invalid_argument naming the key and the allowed values.
    explicit DownlinkClient(const SamplePortConfig& config);

    /// Waits for samples, at most `wait`.
    Piece receive(std::span<Sample> out, std::chrono::microseconds wait);

    uint64_t lost() const { return lost_; } ///< samples in gaps

private:
    void grant();
    bool take_message(std::chrono::microseconds wait);
    void place(uint64_t first_sample);
    Piece take_zeros(std::span<Sample> out);
    Piece take_samples(std::span<Sample> out);

    SamplePort port_;
    std::vector<Sample> samples_; ///< of the message at hand
    size_t taken_ = 0;
    uint64_t zeros_ = 0; ///< to fill a gap in front of them
    std::optional<uint64_t> next_;
    std::optional<uint64_t> new_time_;
    uint64_t owed_ = 0; ///< samples to grant as soon as the satellite is there
    uint64_t lost_ = 0;
};

} // namespace depinsat::blocks
