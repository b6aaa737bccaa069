#include "unit/waveform/dvbs2_vlsnr_capture.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat;
using namespace depinsat::waveform::test;

// The requirement: 99 % of the frames at the Es/N0 of the standard + 0.4 dB, header found.
BOOST_DATA_TEST_CASE(ninety_nine_percent_of_each_form_come_out,
                     boost::unit_test::data::xrange(framing::vlsnr_modcods().size()),
                     index)
{
    constexpr unsigned kFrames = 41, kRuns = 5;
    const framing::Modcod& modcod = framing::vlsnr_modcods()[index];
    std::mt19937 random(unsigned(index) + 1);
    const auto uniform = [&](double low, double high) {
        return low + (high - low) * double(random()) / 4294967296.0;
    };
    unsigned good = 0;
    uint64_t headers = 0;
    for (unsigned run = 0; run < kRuns; ++run) {
        CaptureSpec spec;
        spec.es_n0_db = modcod.ideal_esn0_db + 0.4;
        spec.offset = uniform(-0.0042, 0.0042);
        spec.clock_ppm = uniform(-90, 90);
        spec.phase = uniform(0, 6.3);
        spec.dropped = size_t(uniform(1, 30000));
        spec.seed = run + 1;
        const auto result = received(impair(spec, sent({&modcod}, kFrames)), 1 << 16);
        headers += result.headers;
        CaptureSpec sent_with; // data of seed 1
        good += result.reception.good(sent_with, 1, kFrames);
    }
    const unsigned expected = kRuns * (kFrames - 1);
    BOOST_TEST_MESSAGE(modcod.name << ": " << good << " of " << expected << " frames");
    BOOST_TEST(headers >= expected * 0.99);
    BOOST_TEST(good >= expected * 0.99);
}
