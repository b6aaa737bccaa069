#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

namespace depinsat::framing {

/// Of a complete PDU with the broadcast label: S, E, LT, GSE length; protocol type.
inline constexpr size_t kGseHeaderBytes = 4;

/// Largest PDU of one such packet: the GSE length has 12 bits and counts the protocol type,
/// too.
inline constexpr size_t kGseMaxPduBytes = 4095 - 2;

/// Writes the header of a complete PDU with the broadcast label; the PDU follows behind it, and
/// zeros behind the last packet of a data field are padding.
///
/// Standard  TS 102 606-1, clause 4.2.
/// @param pdu_bytes  at most kGseMaxPduBytes.
void write_gse_header(uint16_t protocol_type,
                      size_t pdu_bytes,
                      std::span<uint8_t, kGseHeaderBytes> header);

/// A PDU as received. The spans live until the callback returns.
struct GsePdu {
    uint16_t protocol_type;         ///< below 0x0600: extension headers, not interpreted here
    std::span<const uint8_t> label; ///< 6, 3 or 0 (broadcast) bytes
    std::span<const uint8_t> bytes;
};

/// Walks data fields and yields their PDUs, complete ones at once, fragmented ones when their
/// last fragment is in and the CRC-32 holds.
///
/// Standard  TS 102 606-1, clause 4.2; a PDU unfinished after 256 data fields is given up.
/// Hostile   anything may be in a data field. A packet that is longer than the rest of the data
///           field ends it. A fragment that does not fit what came before drops its PDU.
/// Memory    at most max_buffered_bytes of unfinished PDUs; the oldest make room.
class GseParser
{
public:
    struct Counts {
        uint64_t pdus = 0;
        uint64_t malformed =
            0;                ///< packets not understood, or reusing a label that is not there
        uint64_t dropped = 0; ///< fragments without a first one, PDUs given up or damaged
    };

    explicit GseParser(size_t max_buffered_bytes = 256u << 10);

    void parse(std::span<const uint8_t> data_field,
               const std::function<void(const GsePdu&)>& deliver);

    size_t buffered_bytes() const { return buffered_; }
    const Counts& counts() const { return counts_; }

private:
    struct Unfinished {
        uint8_t fragment_id;
        std::vector<uint8_t> label; ///< as sent before if this packet reuses one
        size_t label_bytes;         ///< in the packet itself
        size_t total_bytes;         ///< total length field, protocol type, label, PDU
        uint64_t since;             ///< number of the data field that held the first fragment
        std::vector<uint8_t> bytes;
    };
    using Deliver = std::function<void(const GsePdu&)>;

    bool parse_packet(uint8_t flags, std::span<const uint8_t> packet, const Deliver&);
    bool start(bool reuse, size_t label_bytes, std::span<const uint8_t> packet);
    void keep_label(std::span<const uint8_t>);
    bool proceed(bool last, std::span<const uint8_t> packet, const Deliver&);
    void finish(const Unfinished&, std::span<const uint8_t> crc, const Deliver&);
    std::deque<Unfinished>::iterator find(uint8_t fragment_id);
    void forget(std::deque<Unfinished>::iterator);
    void make_room(size_t bytes);

    size_t max_buffered_bytes_;
    size_t buffered_ = 0;
    uint64_t data_fields_ = 0;
    std::deque<Unfinished> unfinished_; ///< oldest first, at most one a fragment id
    std::vector<uint8_t> last_label_;
    bool label_known_ = false; ///< of this data field
    Counts counts_;
};

} // namespace depinsat::framing
