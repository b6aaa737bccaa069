#pragma once

#include "depinsat/framing/bbheader.h"
#include "depinsat/framing/transport_stream.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace depinsat::framing {

/// Longest GSE packet: two bytes of header and a GSE length of 12 bits.
inline constexpr size_t kGseMaxPacketBytes = 2 + 4095;

/// GSE packets -> data fields in high efficiency mode: packets are cut where a data field ends
/// and go on in the next one, so that none is padded. One object per input stream.
///
/// Standard  EN 302 307-2 (S2X), stream type 10: SYNCD are the bits before the first packet
/// that
///           begins in the data field. The header is BbHeader's; how packets are cut and SYNCD
///           follows dvb-gse of D. Estevez and what transport streams do, and was not compared
///           with the text.
class GseHemFramer
{
public:
    /// @param packet  one whole GSE packet (write_gse_header() and its PDU).
    void push(std::span<const uint8_t> packet);

    /// Bytes of packets one after the other, in pieces of any size; padding between packets is
    /// passed over. Takes them up to the end of the first packet that they complete.
    /// @return bytes taken: at least one of any.
    size_t push_stream(std::span<const uint8_t> bytes);

    /// Bytes that fill() can take.
    size_t available() const { return ready_.size(); }

    /// Takes as much as there is and fits, and sets stream type and SYNCD.
    /// @return bytes used: what the DFL must say; 0 if there is nothing.
    size_t fill(std::span<uint8_t> data_field, BbHeader& header);

private:
    std::vector<uint8_t> ready_;
    std::vector<uint8_t> begun_; ///< of push_stream(): at most one packet
    size_t in_packet_ = 0; ///< bytes at the start of ready_ that end a packet begun before
};

/// Data fields in high efficiency mode -> GSE packets, for GseParser::parse(), each by itself.
///
/// Hostile   a data field whose SYNCD does not continue the packet before ends that packet,
/// which is
///           dropped and counted. Padding ends a data field.
class GseHemDeframer
{
public:
    struct Counts {
        uint64_t packets = 0;
        uint64_t dropped = 0; ///< packets that were not whole
        uint64_t refused = 0; ///< data fields of another stream type
    };
    using Deliver = std::function<void(std::span<const uint8_t>)>;

    void
    parse(const BbHeader& header, std::span<const uint8_t> data_field, const Deliver& deliver);

    /// A data field was lost: what is unfinished is dropped.
    void lost();

    const Counts& counts() const { return counts_; }

private:
    bool continues(size_t data_field_bytes, uint16_t syncd) const;
    size_t missing() const;

    std::vector<uint8_t> packet_; ///< begun
    bool aligned_ = false;        ///< the next byte goes on behind packet_
    Counts counts_;
};

} // namespace depinsat::framing
