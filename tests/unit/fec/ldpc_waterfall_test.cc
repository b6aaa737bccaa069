#include "awgn_llrs.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "fec_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

/// QPSK, 25 iterations: how many of `frames` may or must be lost at that Es/N0, by a demapper
/// that takes it for `scale_db` better.
struct Point {
    const char* code;
    double esn0_db;
    int frames, at_least, at_most;
    double scale_db = 0;
};

std::ostream& operator<<(std::ostream& out, const Point& point)
{
    return out << point.code << " at " << point.esn0_db << " dB, LLRs " << point.scale_db
               << " dB too large";
}

// The standard's quasi-error-free point is 1.0 dB for normal 1/2 (table 13).
constexpr Point kPoints[] = {
    {"s2_normal_1-2", 0.7, 15, 14, 15},
    {"s2_normal_1-2", 1.2, 30, 0, 0},
    {"s2_normal_1-4", -1.9, 10, 0, 0},
    {"s2_normal_3-5", 2.43, 10, 0, 0},
    {"s2_normal_9-10", 6.6, 10, 0, 0},
    {"s2_short_1-2", 0.0, 40, 36, 40},
    {"s2_short_1-2", 0.9, 100, 0, 1},
    // What docs/fec.md says of a wrong scale.
    {"s2_normal_1-2", 1.1, 15, 13, 15, -3},
    {"s2_normal_1-2", 1.1, 15, 5, 15, 3},
    {"s2_normal_1-2", 1.5, 15, 0, 0, -3},
    {"s2_normal_1-2", 1.5, 15, 0, 0, 3},
};

int lost_frames(const Point& point, unsigned seed)
{
    std::mt19937 rng(seed);
    const auto& code = fec::find_ldpc_code(point.code);
    fec::LdpcEncoder encoder(code);
    fec::LdpcDecoder decoder(code, 25);
    std::vector<uint8_t> codeword(code.n / 8), decoded(code.k / 8);
    int lost = 0;
    for (int frame = 0; frame < point.frames; ++frame) {
        const auto message = test::random_bytes(code.k / 8, rng);
        encoder.encode(message, codeword);
        const auto llrs = test::qpsk_llrs(codeword, point.esn0_db, rng, point.scale_db);
        const bool said_so = decoder.decode(llrs, decoded).has_value();
        BOOST_TEST((!said_so || decoded == message)); // never a wrong frame
        lost += said_so ? 0 : 1;
    }
    return lost;
}

} // namespace

BOOST_DATA_TEST_CASE(the_knee_of_qpsk_1_2_is_where_it_should_be, bdata::make(kPoints), point)
{
    constexpr unsigned kSeed = 1;
    const int lost = lost_frames(point, kSeed);
    BOOST_TEST_CONTEXT("seed " << kSeed)
    {
        BOOST_TEST(lost >= point.at_least);
        BOOST_TEST(lost <= point.at_most);
    }
}
