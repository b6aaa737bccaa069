#include "depinsat/framing/bbframe.h"

#include "depinsat/framing/bb_scrambler.h"

#include <algorithm>
#include <cassert>

namespace depinsat::framing {

void build_bbframe(BbHeader header,
                   std::span<const uint8_t> data_field,
                   std::span<uint8_t> bbframe)
{
    assert(bbframe.size() >= kBbHeaderBytes);
    assert(data_field.size() <= bbframe.size() - kBbHeaderBytes);
    header.data_field_bits = uint16_t(8 * data_field.size());
    const auto padding = std::ranges::copy(
        data_field, std::ranges::copy(encode_bbheader(header), bbframe.begin()).out);
    std::fill(padding.out, bbframe.end(), uint8_t(0));
    bb_scramble(bbframe);
}

std::optional<BbFrame> parse_bbframe(std::span<uint8_t> bbframe)
{
    assert(bbframe.size() >= kBbHeaderBytes);
    bb_scramble(bbframe);
    const auto header = decode_bbheader(bbframe.first<kBbHeaderBytes>());
    const auto room = bbframe.subspan(kBbHeaderBytes);
    if (!header || header->data_field_bits > 8 * room.size())
        return std::nullopt;
    return BbFrame{*header, room.first((header->data_field_bits + 7u) / 8)};
}

} // namespace depinsat::framing
