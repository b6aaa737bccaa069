#include "unit/waveform/dvbs2_capture.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace depinsat;
using namespace depinsat::waveform::test;
using framing::Modcod;

namespace {

constexpr double kDecibels = 3.0103; // twice
constexpr double kFoundAtOnce = 1;   // dB

/// Es/N0 above the ideal or, where no ideal is known (short frames), above what a channel of
/// this efficiency needs at least; and so much that the first PLHEADERs are found.
double safe_es_n0_db(const Modcod& modcod, double margin_db)
{
    const double bits = double(modcod.k_bch) / double(modcod.xfecframe_symbols());
    const double ideal = std::isnan(modcod.ideal_esn0_db)
                             ? kDecibels * std::log2(std::exp2(bits) - 1) + 2.2
                             : modcod.ideal_esn0_db;
    return std::max(ideal + margin_db, kFoundAtOnce);
}

/// Offset, clock error, phase and cut start; the frames that come out whole.
unsigned received_of(const Modcod& modcod, bool pilots, unsigned frames, double margin_db)
{
    const CaptureSpec spec{.modcod = modcod.name,
                           .size = modcod.frame_size,
                           .pilots = pilots,
                           .frames = frames,
                           .es_n0_db = safe_es_n0_db(modcod, margin_db),
                           .offset = -0.02,
                           .clock_ppm = 30,
                           .phase = 2,
                           .dropped = 777,
                           .seed = modcod.pls_code};
    const auto reception = receive(receiver_config(spec), impair(spec, clean_capture(spec)));
    return reception.good(spec, 0, frames);
}

} // namespace

// Of six frames the first is cut.
BOOST_DATA_TEST_CASE(every_modcod_of_s2x_is_received_near_its_ideal,
                     boost::unit_test::data::make({true, false}),
                     pilots)
{
    for (const Modcod& modcod : framing::modcods()) {
        if (modcod.pls_code < 128)
            continue;
        BOOST_TEST(received_of(modcod, pilots, 6, pilots ? 0.5 : 2) == 5u,
                   modcod.name << ' ' << to_string(modcod.frame_size));
    }
}
