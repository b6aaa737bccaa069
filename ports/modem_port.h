#pragma once

#include "depinsat/core/types.h"
#include "depinsat/framing/bbheader.h"
#include "depinsat/framing/modcod.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// Messages between daemon and modem (docs/architecture.md, "Modem port").
///
/// Each message is two ZeroMQ parts: `map`, a CBOR map of text keys, and `body`, raw bytes.
/// Sockets   tx: daemon ROUTER, modem DEALER; rx: daemon PULL, modem PUSH;
///           telemetry: daemon SUB, modem PUB.
/// Failure   decoders take any bytes, never throw and return nothing if a field is missing, of
///           the wrong type or out of range; unknown keys are passed over.
namespace depinsat::ports {

/// Longest data field: S2 normal 9/10 has 7264 bytes.
inline constexpr size_t kMaxDataFieldBytes = 8192;
inline constexpr size_t kMaxConstellationPoints = 4096;

/// The two parts of a message.
struct Parts {
    std::vector<uint8_t> map;
    std::vector<uint8_t> body;
};

/// How a frame is sent.
struct FrameFormat {
    std::string modcod; ///< "qpsk_1-2"; a name of framing::modcods() or vlsnr_modcods()
    framing::FrameSize frame_size = framing::FrameSize::kShort;
    bool pilots = true;
    uint8_t isi = 0;

    friend bool operator==(const FrameFormat&, const FrameFormat&) = default;
};

/// What the BBHEADER says of the stream beside its type (EN 302 307-1, clause 5.1.6). On the
/// wire each field is a key of its own that may be left out; the values here are the defaults.
struct StreamFlags {
    bool ccm = true;           ///< false: ACM or VCM
    bool single_stream = true; ///< false: several input streams, told apart by their ISI
    bool issyi = false, npd = false;
    uint16_t upl_bits = 0, syncd = 0; ///< of packetised streams
    uint8_t sync = 0;

    friend bool operator==(const StreamFlags&, const StreamFlags&) = default;
};

/// Modem to daemon, tx: give me the frame that starts at `needed_at`.
struct Ask {
    uint64_t sequence = 0;
    double needed_at = 0;        ///< s of CLOCK_MONOTONIC: first symbol at the radio
    uint32_t max_airtime_us = 0; ///< longest frame that is welcome
    std::optional<double> sent_at =
        std::nullopt; ///< s of the same clock; without it the daemon's is the same
};

/// Daemon to modem, tx.
struct Answer {
    uint64_t sequence = 0; ///< of the ask
    bool idle = false;     ///< nothing to send: the dummy frame goes out
    FrameFormat format;
    framing::StreamType stream_type = framing::StreamType::kGenericContinuous;
    std::vector<uint8_t> data_field; ///< whole data field of the format; empty if idle
    StreamFlags flags = {};
};

enum class SendOutcome : uint8_t { kSent, kLate, kIdle };

/// Modem to daemon, tx: what became of an ask.
struct Report {
    uint64_t sequence = 0;
    SendOutcome outcome = SendOutcome::kIdle;
};

enum class FrameFailure : uint8_t { kNone, kLdpc, kBch, kBbheader, kGap };

/// Modem to daemon, rx: one PLFRAME with data.
struct RxFrame {
    uint64_t sequence = 0;
    FrameFormat format;
    double snr_db = 0; ///< Es/N0
    double cfo_hz = 0; ///< positive if the signal lies above its nominal frequency
    uint32_t iterations = 0;
    uint32_t corrected = 0; ///< bits that the BCH code corrected
    double time = 0;        ///< s, Unix time of the frame's first symbol
    FrameFailure failure = FrameFailure::kNone;
    std::vector<uint8_t> data_field; ///< empty on failure
    framing::StreamType stream_type =
        framing::StreamType::kGenericContinuous; ///< on failure: this
    StreamFlags flags = {};                      ///< likewise
};

struct FrameCounts {
    uint64_t sent = 0, idle = 0, late = 0;        ///< transmitter
    uint64_t received = 0, failed = 0, dummy = 0; ///< receiver
    uint64_t dropped = 0;                         ///< received, but the daemon stood still
};

/// Modem to daemon, telemetry: the state of the modem, every 100 ms.
struct Telemetry {
    bool locked = false;
    double snr_db = 0; ///< any number; NaN is allowed while not locked, here and below
    double cfo_hz = 0;
    double symbol_rate_error_ppm = 0;
    std::string modcod; ///< of the last frame; empty before the first
    FrameCounts frames;
    double time = 0;                   ///< s, Unix
    std::vector<Sample> constellation; ///< at most kMaxConstellationPoints
    bool spectrum_inverted = false; ///< as configured or found; this and gaps may be left out
    uint64_t gaps = 0;              ///< how often samples of the radio were lost
};

Parts encode(const Ask&);
Parts encode(const Answer&);
Parts encode(const Report&);
Parts encode(const RxFrame&);
Parts encode(const Telemetry&);

/// The map of a telemetry message, for those who show it; without the constellation.
nlohmann::json to_json(const Telemetry&);

/// What a modem may send on tx.
std::optional<std::variant<Ask, Report>> decode_from_modem(std::span<const uint8_t> map,
                                                           std::span<const uint8_t> body);
std::optional<Answer> decode_answer(std::span<const uint8_t> map,
                                    std::span<const uint8_t> body);
std::optional<RxFrame> decode_rx_frame(std::span<const uint8_t> map,
                                       std::span<const uint8_t> body);
std::optional<Telemetry> decode_telemetry(std::span<const uint8_t> map,
                                          std::span<const uint8_t> body);

} // namespace depinsat::ports
