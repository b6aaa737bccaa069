#include "received_bytes.h"

#include <algorithm>
#include <utility>

namespace depinsat::blocks {

void ReceivedBytes::add(const waveform::Dvbs2ReceivedFrame& frame)
{
    reports_.push_back({added_, frame.data_field.size(), frame});
    reports_.back().frame.data_field = {};
    if (reports_.size() > kMaxReports)
        reports_.pop_front();
    bytes_.insert(bytes_.end(), frame.data_field.begin(), frame.data_field.end());
    added_ += frame.data_field.size();
}

size_t ReceivedBytes::take(std::span<uint8_t> out)
{
    const size_t count = std::min(out.size(), bytes_.size() - taken_);
    std::copy_n(bytes_.begin() + taken_, count, out.begin());
    taken_ += count;
    begin_ = std::exchange(end_, end_ + count);
    if (empty()) {
        bytes_.clear();
        taken_ = 0;
    }
    return count;
}

bool ReceivedBytes::next_report(FrameReport& report)
{
    if (reports_.empty() || reports_.front().offset >= end_)
        return false;
    report = reports_.front();
    report.offset -= begin_;
    reports_.pop_front();
    return true;
}

std::string_view name_of(waveform::Dvbs2Failure failure)
{
    switch (failure) {
    case waveform::Dvbs2Failure::kNone:
        return "none";
    case waveform::Dvbs2Failure::kLdpc:
        return "ldpc";
    case waveform::Dvbs2Failure::kBch:
        return "bch";
    case waveform::Dvbs2Failure::kBbHeader:
        return "bbheader";
    case waveform::Dvbs2Failure::kGap:
        return "gap";
    }
    return "unknown";
}

} // namespace depinsat::blocks
