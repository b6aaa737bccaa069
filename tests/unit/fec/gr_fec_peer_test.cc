// Convolutional coding against GNU Radio's gr-fec, an independent implementation.
#include "convolutional_frames.h"
#include "depinsat/fec/viterbi_decoder.h"
#include "random_bytes.h"

#include <boost/test/unit_test.hpp>
#include <gnuradio/fec/cc_decoder.h>
#include <gnuradio/fec/cc_encoder.h>

using namespace depinsat;

namespace {

constexpr size_t kBytes = 1020;
const std::vector<int> kPolynomials{0x4F, 0x6D}; // 171 and 133 octal, newest bit lowest

} // namespace

BOOST_AUTO_TEST_CASE(gr_fec_encodes_the_same_frame)
{
    std::mt19937 rng(1);
    const auto encoder = gr::fec::code::cc_encoder::make(8 * kBytes, 7, 2, kPolynomials, 0,
                                                         CC_TERMINATED, false);
    const auto& code = fec::find_convolutional_code("k7_1-2");
    const auto message = test::random_bytes(kBytes, rng);
    std::vector<uint8_t> bits(8 * kBytes), theirs(fec::terminated_bits(code, kBytes));
    unpack_bits(message, bits);
    BOOST_REQUIRE(size_t(encoder->get_output_size()) == theirs.size());
    encoder->generic_work(bits.data(), theirs.data());
    const auto ours = test::convolutional_frame(code, message);
    for (size_t i = 0; i < theirs.size(); ++i)
        BOOST_REQUIRE(get_bit(ours, i) == ((theirs[i] ^ i) & 1)); // every C2 is sent inverted
}

BOOST_AUTO_TEST_CASE(gr_fec_decodes_our_frames_no_better_than_we_do)
{
    std::mt19937 rng(2);
    const auto& code = fec::find_convolutional_code("k7_1-2");
    const auto theirs = gr::fec::code::cc_decoder::make(8 * kBytes, 7, 2, kPolynomials, 0, 0,
                                                        CC_TERMINATED, false);
    fec::ViterbiDecoder ours(code, kBytes);
    size_t our_errors = 0, their_errors = 0;
    for (int frame = 0; frame < 100; ++frame) {
        const auto message = test::random_bytes(kBytes, rng);
        const auto llrs =
            test::bpsk_llrs(test::convolutional_frame(code, message),
                            fec::terminated_bits(code, kBytes), test::esn0_db(code, 2.5), rng);
        std::vector<uint8_t> symbols(llrs.size()); // 0 to 255, large for a one
        for (size_t i = 0; i < llrs.size(); ++i)
            symbols[i] = uint8_t(std::clamp(127.5f + (i % 2 ? 8 : -8) * llrs[i], 0.0f, 255.0f));
        std::vector<uint8_t> bits(8 * kBytes), decoded(kBytes);
        theirs->generic_work(symbols.data(), bits.data());
        pack_bits(bits, decoded);
        their_errors += test::different_bits(message, decoded);
        BOOST_REQUIRE(ours.decode(test::quantised(llrs), decoded));
        our_errors += test::different_bits(message, decoded);
    }
    BOOST_TEST_MESSAGE("bits wrong: ours " << our_errors << ", gr-fec's " << their_errors);
    BOOST_TEST(our_errors > 100u);
    BOOST_TEST(double(our_errors) <= 1.1 * double(their_errors));
    BOOST_TEST(double(their_errors) <= 4.0 * double(our_errors)); // it did decode
}
