#include "depinsat/framing/rolloff.h"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <stdexcept>

using namespace depinsat::framing;

BOOST_AUTO_TEST_CASE(roll_offs_of_s2_have_one_field)
{
    const double s2[] = {0.35, 0.25, 0.20};
    for (uint8_t code = 0; code < 3; ++code) {
        RolloffField field(s2[code]);
        for (int frame = 0; frame < 4; ++frame)
            BOOST_TEST(field.next() == code);
    }
}

// gr-dtv's dvb_bbheader_bb (GNU Radio 3.10.5), six frames each: f3 f0 f3 f0 f3 f0 for RO_0_15.
BOOST_AUTO_TEST_CASE(low_roll_offs_alternate_with_the_flag_as_gr_dtv_sends_them)
{
    const double low[] = {0.15, 0.10, 0.05};
    for (uint8_t code = 0; code < 3; ++code) {
        RolloffField field(low[code]);
        for (int frame = 0; frame < 6; ++frame)
            BOOST_TEST(field.next() == (frame % 2 ? code : 3));
    }
}

BOOST_AUTO_TEST_CASE(other_roll_offs_are_refused)
{
    for (const double rolloff :
         {0.0, 0.3, 0.36, -0.2, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
        BOOST_TEST(!is_rolloff(rolloff));
        BOOST_CHECK_THROW(RolloffField{rolloff}, std::invalid_argument);
    }
}
