#pragma once

#include "depinsat/framing/gse_hem.h"
#include "depinsat/framing/transport_stream.h"
#include "depinsat/waveform/dvbs2_transmitter.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::blocks {

/// DVB-S2 transmitter of a stream of bytes, which become the data fields of its frames; of
/// stream type "transport" they are packets of 188 bytes (framing/transport_stream.h), of
/// "gse_hem" GSE packets of any size, padding between them passed over (framing/gse_hem.h).
///
/// Late      bytes are taken when the first symbol of their frame is due, never earlier.
/// Waiting   with less than a frame at hand it waits for more or, if `dummy_frames`, sends
///           dummy frames until a whole data field is there; of GSE-HEM then what packets it
///           has, in a short data field.
/// End       the last data field may be short (DFL says so), that of a transport stream is
///           filled up with null packets; one dummy frame follows it, which carries the tail of
///           the shaping filter.
/// Threads   one object per thread.
class ByteTransmitter : waveform::Dvbs2FrameSource
{
public:
    struct Format {
        const framing::Modcod* modcod;
        bool pilots;
        framing::BbHeader header;
        bool dummy_frames;
    };

    /// What one call did.
    struct Step {
        size_t taken = 0;  ///< bytes
        size_t filled = 0; ///< samples
        bool ended = false;
        bool frame_started = false; ///< the first sample is that of a data frame ...
        bool dummy_started = false; ///< ... or of a dummy frame
    };

    /// @throws std::invalid_argument if a parameter is out of range.
    ByteTransmitter(const Format&, const waveform::Dvbs2TransmitterConfig&);

    /// @param last  no bytes will follow `in`.
    /// @param out   at least samples_per_symbol; filled up to the end of a frame at most.
    Step run(std::span<const uint8_t> in, bool last, std::span<Sample> out);

    /// A stream that has ended begins anew.
    void restart();

    /// From the next frame on; with that the stream is VCM, and the BBHEADERs say so.
    void set_modcod(const framing::Modcod&);
    void set_pilots(bool);
    const framing::Modcod& modcod() const { return *format_.modcod; }
    bool pilots() const { return format_.pilots; }

    /// Whether run() can fill nothing before it gets more bytes or their end.
    bool waits() const;

    /// Data frames started so far.
    uint64_t frames() const { return frames_; }

private:
    bool is_transport() const
    {
        return format_.header.stream_type == framing::StreamType::kTransport;
    }
    bool is_hem() const { return format_.header.stream_type == framing::StreamType::kGseHem; }
    size_t available() const;
    bool is_whole() const { return available() >= format_.modcod->data_field_bytes(); }
    void add_null_packets();
    void fill(waveform::Dvbs2FrameToSend& frame);
    size_t take(std::span<const uint8_t> in);
    bool may_start(bool last);
    void start_frame(std::span<Sample> out, Step&);
    void continue_frame(std::span<Sample> out, Step&);

    bool next(waveform::Dvbs2FrameToSend& frame) override;
    void symbols_left(size_t symbols) override { symbols_left_ = symbols; }

    Format format_;
    size_t samples_per_symbol_;
    std::vector<uint8_t> bytes_;
    framing::TsFramer packets_;
    framing::GseHemFramer gse_;
    bool release_ = false;
    bool ended_ = false; ///< packets_ has had the last of the stream
    bool tail_started_ = false, tail_sent_ = false;
    size_t symbols_left_ = 0;
    uint64_t frames_ = 0;
    waveform::Dvbs2Transmitter transmitter_;
};

} // namespace depinsat::blocks
