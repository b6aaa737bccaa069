#pragma once

#include "depinsat/framing/bbheader.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace depinsat::framing {

inline constexpr size_t kTsPacketBytes = 188;
inline constexpr uint8_t kTsSync = 0x47;
inline constexpr uint16_t kTsUplBits = 8 * kTsPacketBytes;

/// SYNCD of a data field in which no user packet begins.
inline constexpr uint16_t kNoSyncd = 65535;

/// MPEG transport stream -> data fields of BBFRAMEs. One object per input stream (ISI).
///
/// Standard  EN 302 307-1, clauses 5.1.4 to 5.1.6: the sync byte of each packet is replaced by
/// the
///           CRC-8 of the 187 bytes of the packet before (of the first packet by 0); UPL 1504,
///           SYNC 47h, SYNCD the bits before the first packet that begins in the data field.
/// Bounded   by its user: it holds what was pushed and not yet taken.
/// Hostile   bytes that do not begin with a sync byte every 188 are passed over up to one that
///           does, and counted. Null packets are kept (NPD 0).
class TsFramer
{
public:
    struct Counts {
        uint64_t packets = 0;
        uint64_t skipped_bytes = 0;
    };

    /// Bytes of the stream, any number.
    void push(std::span<const uint8_t> bytes);

    /// The stream ends: forgets the bytes that make no whole packet.
    void drop_rest();

    /// Bytes that fill() can take.
    size_t available() const { return ready_.size() - taken_; }

    /// Takes data_field.size() bytes of the packets and sets type, UPL, SYNC and SYNCD.
    /// @return false, and nothing is taken, if fewer are available.
    bool fill(std::span<uint8_t> data_field, BbHeader& header);

    const Counts& counts() const { return counts_; }

private:
    void take_packets();

    std::vector<uint8_t> input_; ///< less than a packet, or to be searched for a sync byte
    std::vector<uint8_t> ready_; ///< packets with their sync byte replaced
    size_t taken_ = 0;           ///< of ready_
    size_t in_packet_ = 0;       ///< bytes of the packet at taken_ that are gone
    uint8_t last_crc_ = 0;
    Counts counts_;
};

/// Data fields -> packets of the transport stream. One object per input stream (ISI).
///
/// Standard  as TsFramer. A packet whose CRC-8 is wrong comes out with its
/// transport_error_indicator
///           set (ISO/IEC 13818-1).
/// Late      a packet comes out with the first byte of the next one, which is its CRC-8.
/// Hostile   a data field whose SYNCD does not continue the packet before ends that packet,
/// which is
///           dropped and counted; headers of other streams are refused and counted.
/// Without   ISSY and deletion of null packets (annex D): data fields whose header says either
///           are refused and counted, since their packets are longer.
class TsDeframer
{
public:
    struct Counts {
        uint64_t packets = 0;
        uint64_t damaged = 0; ///< of them, delivered with the indicator set
        uint64_t dropped = 0; ///< packets that were not whole
        uint64_t refused = 0; ///< data fields that are none of a transport stream
    };
    using Packet = std::span<const uint8_t, kTsPacketBytes>;
    using Deliver = std::function<void(Packet)>;

    /// @param data_field  header.data_field_bits / 8 bytes.
    void
    parse(const BbHeader& header, std::span<const uint8_t> data_field, const Deliver& deliver);

    /// A data field was lost: what is unfinished is dropped.
    void lost();

    const Counts& counts() const { return counts_; }

private:
    std::span<const uint8_t> resume(std::span<const uint8_t> data_field, uint16_t syncd);
    void finish(uint8_t crc, const Deliver&);

    std::array<uint8_t, kTsPacketBytes> packet_{};
    size_t held_ = 0;      ///< bytes of packet_
    bool aligned_ = false; ///< packet_ begins with a packet
    Counts counts_;
};

} // namespace depinsat::framing
