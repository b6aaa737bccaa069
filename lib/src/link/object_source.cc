#include "object_source.h"

#include <algorithm>
#include <memory>

namespace depinsat::link {

size_t ObjectSource::write(uint32_t counter, std::span<uint8_t> out)
{
    const size_t symbol = object_.symbol_bytes;
    const uint64_t first_esi = uint64_t(counter - object_.first) * object_.packet_symbols;
    const size_t count = std::min<size_t>(out.size() / symbol, object_.packet_symbols);
    if (first_esi + count > kMaxEsi)
        return 0;
    for (size_t i = 0; i < count; ++i)
        write_symbol(uint32_t(first_esi + i), out.subspan(i * symbol, symbol));
    return count * symbol;
}

// Source symbols are the object's own bytes; the last one is filled up with zeros.
void ObjectSource::write_symbol(uint32_t esi, std::span<uint8_t> out)
{
    if (esi < object_.source_symbols()) {
        const size_t at = size_t(esi) * object_.symbol_bytes;
        const auto own = bytes_.subspan(at, std::min(out.size(), bytes_.size() - at));
        std::ranges::fill(std::ranges::copy(own, out.begin()).out, out.end(), uint8_t(0));
        return;
    }
    if (!encoder_)
        make_encoder();
    encoder_->encode(out, esi);
}

void ObjectSource::make_encoder()
{
    const unsigned count = object_.source_symbols();
    encoder_.emplace(std::make_shared<fec::RaptorQPlan>(count), object_.symbol_bytes);
    std::vector<uint8_t> source(size_t(count) * object_.symbol_bytes);
    std::ranges::copy(bytes_, source.begin());
    encoder_->set_source(source);
}

} // namespace depinsat::link
