#pragma once

#include "depinsat/waveform/dvbs2_receiver.h"
#include "depinsat/waveform/dvbs2_transmitter.h"
#include "port_socket.h"
#include "ports/modem_port.h"

#include <chrono>
#include <deque>
#include <optional>
#include <string>

namespace depinsat::blocks {

/// CURVE of the modem's end; nothing if `key_file` is empty.
/// @param peer_keys  public keys in Z85, the daemon's first.
/// @throws std::invalid_argument naming the key and the allowed values.
PortSocket::Curve load_curve(const std::string& key_file,
                             const std::vector<std::string>& peer_keys);

/// The modem's end of the tx port: gives the transmitter the frames that the daemon fills.
///
/// Contract   docs/architecture.md, "Modem port".
/// Asks       `lead` of symbols before a frame's first symbol; one ask beyond the frame on air,
///            more only where frames are shorter than the lead, at most kMaxAsks.
/// Waits      in next(), for an answer that has had less than `lead` of wall time; so never
///            longer than that. Without a daemon it does not wait.
/// Silence    of a daemon that is there but stands still: after kPatience asks without any
/// answer
///            it is asked every kRetry only, so that it does not wake up to a heap of old asks.
/// Restarts   of the daemon cost the frames that were asked for.
/// Threads    one object per thread.
class ModemTxClient : public waveform::Dvbs2FrameSource
{
public:
    static constexpr size_t kMaxAsks = 64;
    static constexpr unsigned kPatience = 16;
    static constexpr std::chrono::milliseconds kRetry{100};

    struct Config {
        std::string endpoint;
        std::chrono::microseconds lead{5000}; ///< 1 to 100 ms
        double symbol_rate_baud = 500e3;
        uint32_t max_airtime_us = 60'000'000; ///< longest frame that is welcome
        PortSocket::Curve curve = {};         ///< to a daemon on another machine
    };
    struct Counts {
        uint64_t sent = 0;    ///< data frames put on air
        uint64_t idle = 0;    ///< asks for which the daemon had nothing
        uint64_t late = 0;    ///< answers that came after a dummy frame had gone out
        uint64_t refused = 0; ///< answers that no frame can be made of
    };

    /// @throws std::invalid_argument naming the key and the allowed values.
    explicit ModemTxClient(const Config&);

    bool next(waveform::Dvbs2FrameToSend& frame) override;
    void symbols_left(size_t symbols) override;

    const Counts& counts() const { return counts_; }
    size_t asks() const { return asked_.size(); } ///< not yet on air

private:
    using Clock = std::chrono::steady_clock;
    struct Asked {
        uint64_t sequence;
        Clock::time_point at;
        std::optional<ports::Answer> answer;
    };

    bool may_ask() const;
    bool ask(size_t symbols_ahead);
    void take_answers(std::chrono::microseconds wait);
    void take_answer(ports::Answer);
    bool fill(const ports::Answer&, waveform::Dvbs2FrameToSend& frame);
    void report(uint64_t sequence, ports::SendOutcome);
    size_t symbols_asked_for() const;

    Config config_;
    PortSocket socket_;
    uint64_t sequence_;
    std::deque<Asked> asked_;
    unsigned unanswered_ = 0; ///< asks given up since the last answer
    Clock::time_point last_ask_{};
    size_t symbols_on_air_; ///< of the last frame: what the next one is expected to take
    Counts counts_;
};

/// The modem's end of the rx and telemetry ports.
///
/// Bounded   kMaxFrames wait for a daemon that stands still; the oldest are dropped and
/// counted. Threads   one object per thread.
class ModemRxClient
{
public:
    static constexpr size_t kMaxFrames = 64;

    /// @throws std::invalid_argument naming the key and the allowed values.
    ModemRxClient(const std::string& rx_endpoint,
                  const std::string& telemetry_endpoint,
                  const PortSocket::Curve& curve = {});

    /// @param time  of the frame's first symbol: seconds, Unix.
    void add(const waveform::Dvbs2ReceivedFrame&, double time);

    /// Sends the frames that wait, as far as the daemon takes them; never waits.
    void send_frames();
    void send_telemetry(const waveform::Dvbs2ReceiverStats&,
                        std::span<const Sample> constellation,
                        const ModemTxClient::Counts&,
                        double time);

    uint64_t dropped() const { return dropped_; }
    size_t waiting() const { return frames_.size(); }

    /// Connections of strangers to the telemetry that were refused.
    uint64_t refused() const { return telemetry_socket_.refused(); }

private:
    PortSocket frames_socket_, telemetry_socket_;
    std::deque<ports::Parts> frames_;
    std::string last_modcod_;
    uint64_t dropped_ = 0;
};

} // namespace depinsat::blocks
