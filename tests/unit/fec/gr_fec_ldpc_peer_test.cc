// The LDPC codes of CCSDS against GNU Radio's gr-fec, an independent decoder.
#include "awgn_llrs.h"
#include "convolutional_frames.h"
#include "depinsat/fec/ccsds_ldpc_decoder.h"
#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "gr_fec_ldpc.h"
#include "random_bytes.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

constexpr unsigned kIterations = 20;

struct Point {
    const char* code;
    double ebn0_db;
    int frames;
};

std::ostream& operator<<(std::ostream& out, const Point& point)
{
    return out << point.code << " at " << point.ebn0_db << " dB";
}

// Where a good share of the frames is lost.
constexpr Point kPoints[] = {
    {"tc_128", 2.5, 1000}, {"tc_512", 2.0, 200}, {"ar4ja_1-2_1024", 1.4, 60}, {"c2", 3.4, 15}};

} // namespace

BOOST_DATA_TEST_CASE(gr_fec_decodes_our_frames_and_loses_no_fewer, bdata::make(kPoints), point)
{
    std::mt19937 rng(1);
    const auto& code = fec::find_ccsds_ldpc_code(point.code);
    test::GrFecLdpc theirs(code, kIterations);
    fec::CcsdsLdpcDecoder ours(code, kIterations);
    const double esn0_db = point.ebn0_db + 10 * std::log10(2.0 * code.k / (code.n - code.fill));
    int our_losses = 0, their_losses = 0;
    for (int frame = 0; frame < point.frames; ++frame) {
        const auto message = test::random_bytes(code.k / 8, rng);
        std::vector<uint8_t> codeword(code.n / 8), decoded(code.k / 8), bits;
        fec::CcsdsLdpcEncoder(code).encode(message, codeword);
        const auto llrs = test::qpsk_llrs_in_nat(codeword, esn0_db, rng);
        our_losses += !ours.decode(test::quantised(llrs), decoded) || decoded != message;
        const bool found = theirs.decode(llrs, bits);
        pack_bits(bits, decoded);
        their_losses += !found || decoded != message;
    }
    BOOST_TEST_MESSAGE("frames lost of " << point.frames << ": ours " << our_losses
                                         << ", gr-fec's " << their_losses);
    BOOST_TEST(our_losses > 0);
    BOOST_TEST(their_losses < point.frames);
    BOOST_TEST(our_losses <= 1.2 * their_losses + 2);
}
