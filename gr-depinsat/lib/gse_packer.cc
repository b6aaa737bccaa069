#include "gse_packer.h"

#include "depinsat/framing/gse.h"

#include <algorithm>
#include <utility>

namespace depinsat::blocks {

GsePacker::GsePacker(size_t data_field_bytes, uint16_t protocol_type)
    : data_field_bytes_(data_field_bytes), protocol_type_(protocol_type)
{}

bool GsePacker::add(std::vector<uint8_t> pdu)
{
    const size_t longest =
        std::min(framing::kGseMaxPduBytes, data_field_bytes_ - framing::kGseHeaderBytes);
    if (pdu.empty() || pdu.size() > longest || pdus_.size() == kMaxPdus)
        return false;
    pdus_.push_back(std::move(pdu));
    return true;
}

bool GsePacker::fill(std::span<uint8_t> data_field)
{
    const bool any = !pdus_.empty();
    while (!pdus_.empty() &&
           framing::kGseHeaderBytes + pdus_.front().size() <= data_field.size()) {
        const auto& pdu = pdus_.front();
        framing::write_gse_header(protocol_type_, pdu.size(),
                                  data_field.first<framing::kGseHeaderBytes>());
        std::ranges::copy(pdu, data_field.subspan(framing::kGseHeaderBytes).begin());
        data_field = data_field.subspan(framing::kGseHeaderBytes + pdu.size());
        pdus_.pop_front();
    }
    std::ranges::fill(data_field, uint8_t(0));
    return any;
}

} // namespace depinsat::blocks
