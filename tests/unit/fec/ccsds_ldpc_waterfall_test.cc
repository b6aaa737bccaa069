#include "awgn_llrs.h"
#include "depinsat/fec/ccsds_ldpc_decoder.h"
#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "random_bytes.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

/// 20 iterations: how many of `frames` may be lost at that Eb/N0.
struct Point {
    const char* code;
    double ebn0_db;
    int frames, at_most;
};

std::ostream& operator<<(std::ostream& out, const Point& point)
{
    return out << point.code << " at " << point.ebn0_db << " dB";
}

// AFF3CT loses 0.15 % at the first point with as many iterations: 60 frames, and twice the
// standard error of such a count.
constexpr Point kPoints[] = {{"ar4ja_1-2_1024", 1.9, 40000, 75},
                             {"ar4ja_4-5_4096", 3.4, 8000, 1},
                             {"ar4ja_1-2_16384", 1.4, 1000, 1},
                             {"c2", 4.2, 8000, 1}};

} // namespace

BOOST_DATA_TEST_CASE(many_frames_at_the_points_of_the_benchmarks, bdata::make(kPoints), point)
{
    std::mt19937 rng(1);
    const auto& code = fec::find_ccsds_ldpc_code(point.code);
    fec::CcsdsLdpcDecoder decoder(code, 20);
    const auto message = test::random_bytes(code.k / 8, rng);
    std::vector<uint8_t> codeword(code.n / 8), decoded(code.k / 8);
    fec::CcsdsLdpcEncoder(code).encode(message, codeword);
    const double esn0_db = point.ebn0_db + 10 * std::log10(2.0 * code.k / (code.n - code.fill));
    int lost = 0;
    for (int i = 0; i < point.frames; ++i) {
        const auto llrs = test::qpsk_llrs(codeword, esn0_db, rng);
        lost += !decoder.decode(llrs, decoded) || decoded != message;
    }
    BOOST_TEST_MESSAGE(lost << " of " << point.frames << " frames lost, seed 1");
    BOOST_TEST(lost <= point.at_most);
}
