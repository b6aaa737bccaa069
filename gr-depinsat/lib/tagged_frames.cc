#include "tagged_frames.h"

#include "adapters.h"

#include <algorithm>

namespace depinsat::blocks {
namespace {

constexpr uint64_t kLongestField = 8192; // bytes; no BBFRAME is longer

uint64_t number(const pmt::pmt_t& frame, const char* key)
{
    const auto value = pmt::dict_ref(frame, pmt::mp(key), pmt::PMT_NIL);
    return pmt::is_uint64(value) ? pmt::to_uint64(value) : 0;
}

std::string text(const pmt::pmt_t& frame, const char* key)
{
    const auto value = pmt::dict_ref(frame, pmt::mp(key), pmt::PMT_NIL);
    return pmt::is_symbol(value) ? pmt::symbol_to_string(value) : std::string();
}

bool truth(const pmt::pmt_t& frame, const char* key, bool otherwise)
{
    const auto value = pmt::dict_ref(frame, pmt::mp(key), pmt::PMT_NIL);
    return pmt::is_bool(value) ? pmt::to_bool(value) : otherwise;
}

framing::BbHeader header_of(const pmt::pmt_t& frame)
{
    framing::BbHeader header;
    for (const auto type :
         {framing::StreamType::kGenericPacketised, framing::StreamType::kGenericContinuous,
          framing::StreamType::kGseHem, framing::StreamType::kTransport})
        if (name_of(type) == text(frame, "stream_type"))
            header.stream_type = type;
    header.single_stream = truth(frame, "single_stream", true);
    header.issyi = truth(frame, "issyi", false);
    header.npd = truth(frame, "npd", false);
    header.isi = uint8_t(number(frame, "isi"));
    header.upl_bits = uint16_t(number(frame, "upl_bits"));
    header.sync = uint8_t(number(frame, "sync"));
    header.syncd = uint16_t(number(frame, "syncd"));
    header.data_field_bits = uint16_t(8 * std::min(number(frame, "bytes"), kLongestField - 1));
    return header;
}

} // namespace

void TaggedFrames::process(std::span<const uint8_t> in,
                           uint64_t first,
                           const std::vector<gr::tag_t>& tags)
{
    size_t from = 0;
    for (const gr::tag_t& tag : tags) {
        const size_t place = size_t(tag.offset - first);
        append(in.subspan(from, place - from));
        from = place;
        if (pmt::is_dict(tag.value))
            begin(tag.value);
    }
    append(in.subspan(from));
}

void TaggedFrames::begin(const pmt::pmt_t& frame)
{
    const uint64_t bytes = std::min(number(frame, "bytes"), kLongestField);
    if (bytes == 0) {
        if (text(frame, "failure") != "none")
            events_.lost();
        return; // its tag stands on the first byte of the next frame
    }
    data_field_.clear();
    header_ = header_of(frame);
    const bool wanted = isi_ < 0 || header_.single_stream || header_.isi == isi_;
    expected_ = wanted ? size_t(bytes) : 0;
}

void TaggedFrames::append(std::span<const uint8_t> bytes)
{
    const auto taken = bytes.first(std::min(bytes.size(), expected_ - data_field_.size()));
    data_field_.insert(data_field_.end(), taken.begin(), taken.end());
    if (expected_ == 0 || data_field_.size() < expected_)
        return;
    expected_ = 0;
    events_.data_field(header_, data_field_);
    data_field_.clear();
}

} // namespace depinsat::blocks
