#include "depinsat/fec/concatenated_code.h"

#include <algorithm>

namespace depinsat::fec {

ConcatenatedEncoder::ConcatenatedEncoder(const ReedSolomonCode& outer,
                                         const ConvolutionalCode& inner)
    : outer_(outer),
      inner_(inner),
      codeblock_(outer.codeblock_bytes()),
      coded_(2 * codeblock_.size() + 4)
{}

size_t ConcatenatedEncoder::frame_bits() const
{
    return terminated_bits(inner_.code(), codeblock_.size());
}

bool ConcatenatedEncoder::encode(std::span<const uint8_t> data, std::span<uint8_t> frame)
{
    if (frame.size() != frame_bytes() || !outer_.encode(data, codeblock_))
        return false;
    const size_t written = inner_.encode(codeblock_, coded_);
    inner_.finish(std::span(coded_).subspan(written));
    std::copy_n(coded_.begin(), frame.size(), frame.begin());
    return true;
}

ConcatenatedDecoder::ConcatenatedDecoder(const ReedSolomonCode& outer,
                                         const ConvolutionalCode& inner)
    : outer_(outer), inner_(inner, outer.codeblock_bytes()), codeblock_(outer.codeblock_bytes())
{}

std::optional<ReedSolomonResult> ConcatenatedDecoder::decode(std::span<const Llr> llrs,
                                                             std::span<uint8_t> data)
{
    if (data.size() != outer_.code().data_bytes() || !inner_.decode(llrs, codeblock_))
        return {};
    const auto result = outer_.decode(codeblock_);
    std::copy_n(codeblock_.begin(), data.size(), data.begin());
    return result;
}

} // namespace depinsat::fec
