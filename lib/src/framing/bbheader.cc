#include "depinsat/framing/bbheader.h"

#include "depinsat/core/crc.h"

namespace depinsat::framing {
namespace {

uint8_t matype_1(const BbHeader& header)
{
    return uint8_t(unsigned(header.stream_type) << 6 | unsigned(header.single_stream) << 5 |
                   unsigned(header.ccm) << 4 | unsigned(header.issyi) << 3 |
                   unsigned(header.npd) << 2 | (header.rolloff_code & 3u));
}

/// CRC-8 of GSE-HEM is XORed with its MODE, 1: who does not know the mode takes no such frame.
uint8_t crc_mode(uint8_t matype)
{
    return StreamType(matype >> 6) == StreamType::kGseHem ? 1 : 0;
}

uint8_t high(uint16_t value)
{
    return uint8_t(value >> 8);
}

uint8_t low(uint16_t value)
{
    return uint8_t(value);
}

uint16_t join(uint8_t high_byte, uint8_t low_byte)
{
    return uint16_t(high_byte << 8 | low_byte);
}

} // namespace

std::array<uint8_t, kBbHeaderBytes> encode_bbheader(const BbHeader& header)
{
    std::array<uint8_t, kBbHeaderBytes> bytes{
        matype_1(header),
        header.isi,
        high(header.upl_bits),
        low(header.upl_bits),
        high(header.data_field_bits),
        low(header.data_field_bits),
        header.sync,
        high(header.syncd),
        low(header.syncd),
        0,
    };
    bytes.back() =
        Crc8::of(std::span(bytes).first<kBbHeaderBytes - 1>()) ^ crc_mode(bytes.front());
    return bytes;
}

std::optional<BbHeader> decode_bbheader(std::span<const uint8_t, kBbHeaderBytes> bytes)
{
    if (Crc8::of(bytes.first<kBbHeaderBytes - 1>()) != (bytes.back() ^ crc_mode(bytes.front())))
        return std::nullopt;
    const unsigned matype = bytes[0];
    return BbHeader{
        .stream_type = StreamType(matype >> 6),
        .single_stream = (matype >> 5 & 1) != 0,
        .ccm = (matype >> 4 & 1) != 0,
        .issyi = (matype >> 3 & 1) != 0,
        .npd = (matype >> 2 & 1) != 0,
        .rolloff_code = uint8_t(matype & 3),
        .isi = bytes[1],
        .upl_bits = join(bytes[2], bytes[3]),
        .data_field_bits = join(bytes[4], bytes[5]),
        .sync = bytes[6],
        .syncd = join(bytes[7], bytes[8]),
    };
}

} // namespace depinsat::framing
