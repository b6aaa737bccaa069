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

std::vector<SampleGaps::Gap> SampleGaps::find(std::vector<gr::tag_t> tags)
{
    std::vector<Gap> gaps;
    std::ranges::stable_sort(tags, {}, &gr::tag_t::offset);
    for (const auto& tag : tags) {
        if (pmt::eq(tag.key, kTime) && is_time(tag.value))
            add({tag.offset, pmt::to_uint64(pmt::tuple_ref(tag.value, 0)),
                 pmt::to_double(pmt::tuple_ref(tag.value, 1))},
                sample_rate_hz_, last_time_, time_known_, gaps);
        if (pmt::eq(tag.key, kSample) && pmt::is_uint64(tag.value))
            add({tag.offset, pmt::to_uint64(tag.value), 0}, 1, last_sample_, sample_known_,
                gaps);
    }
    return gaps;
}

void SampleGaps::add(
    const Mark& mark, double samples_per_unit, Mark& last, bool& known, std::vector<Gap>& gaps)
{
    if (known) {
        // Whole units first: a time since 1970 leaves a double no fraction of a sample.
        const double passed = double(int64_t(mark.whole - last.whole)) * samples_per_unit +
                              (mark.fraction - last.fraction) * samples_per_unit;
        const double lost = std::round(passed - double(mark.offset - last.offset));
        const bool same_place = !gaps.empty() && gaps.back().offset == mark.offset;
        if (lost != 0 && !same_place)
            gaps.push_back({mark.offset, lost > 0 && lost < 1e18 ? uint64_t(lost) : 0});
    }
    known = true;
    last = mark;
}

} // namespace depinsat::blocks
