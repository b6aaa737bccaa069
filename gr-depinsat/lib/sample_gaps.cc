#include "sample_gaps.h"

#include <algorithm>
#include <cmath>

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kTime = pmt::mp("rx_time");
const pmt::pmt_t kSample = pmt::mp("satellite_sample");

bool is_time(const pmt::pmt_t& value)
{
    return pmt::is_tuple(value) && pmt::length(value) == 2 &&
           pmt::is_uint64(pmt::tuple_ref(value, 0)) && pmt::is_real(pmt::tuple_ref(value, 1));
}

} // namespace

std::vector<SampleGaps::Gap>
SampleGaps::find(std::vector<gr::tag_t> tags, uint64_t first, size_t count)
{
    std::vector<Gap> gaps;
    std::ranges::stable_sort(tags, {}, &gr::tag_t::offset);
    for (const auto& tag : tags) {
        const uint64_t sample = passed_ + (tag.offset - first);
        if (pmt::eq(tag.key, kTime) && is_time(tag.value))
            add({sample, pmt::to_uint64(pmt::tuple_ref(tag.value, 0)),
                 pmt::to_double(pmt::tuple_ref(tag.value, 1))},
                sample_rate_hz_, last_time_, time_known_, gaps);
        if (pmt::eq(tag.key, kSample) && pmt::is_uint64(tag.value))
            add({sample, pmt::to_uint64(tag.value), 0}, 1, last_sample_, sample_known_, gaps);
    }
    passed_ += count;
    return gaps;
}

void SampleGaps::add(
    const Mark& mark, double samples_per_unit, Mark& last, bool& known, std::vector<Gap>& gaps)
{
    if (known) {
        // Whole units first: a time since 1970 leaves a double no fraction of a sample.
        const double passed = double(int64_t(mark.whole - last.whole)) * samples_per_unit +
                              (mark.fraction - last.fraction) * samples_per_unit;
        const double lost = std::round(passed - double(mark.sample - last.sample));
        const auto place = size_t(mark.sample - passed_);
        const bool same_place = !gaps.empty() && gaps.back().place == place;
        if (lost != 0 && !same_place)
            gaps.push_back({place, lost > 0 && lost < 1e18 ? uint64_t(lost) : 0});
    }
    known = true;
    last = mark;
}

void process(waveform::Dvbs2FrameReceiver& receiver,
             std::span<const Sample> piece,
             const std::vector<SampleGaps::Gap>& gaps)
{
    size_t done = 0;
    for (const auto& [place, lost] : gaps) {
        receiver.process(piece.subspan(done, place - done));
        receiver.lost(lost);
        done = place;
    }
    receiver.process(piece.subspan(done));
}

} // namespace depinsat::blocks
