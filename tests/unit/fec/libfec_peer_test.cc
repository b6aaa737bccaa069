// Reed-Solomon and convolutional coding against libfec, an independent implementation.
#include "convolutional_frames.h"
#include "depinsat/fec/reed_solomon.h"
#include "depinsat/fec/viterbi_decoder.h"
#include "random_bytes.h"

#include <boost/test/unit_test.hpp>

extern "C" {
#include <fec.h>
}

using namespace depinsat;

BOOST_AUTO_TEST_CASE(libfec_gives_the_same_parity)
{
    std::mt19937 rng(1);
    for (const bool dual : {false, true})
        for (const unsigned fill : {0u, 1u, 100u, 222u}) {
            const fec::ReedSolomonCode code{16, 1, dual, fill};
            std::vector<uint8_t> ours(code.codeblock_bytes()), parity(32);
            auto data = test::random_bytes(code.data_bytes(), rng);
            BOOST_REQUIRE(fec::ReedSolomonEncoder(code).encode(data, ours));
            if (dual)
                encode_rs_ccsds(data.data(), parity.data(), int(fill));
            else
                encode_rs_8(data.data(), parity.data(), int(fill));
            BOOST_TEST((std::equal(parity.begin(), parity.end(), ours.end() - 32)));
        }
}

BOOST_AUTO_TEST_CASE(each_corrects_what_the_other_encoded)
{
    std::mt19937 rng(2);
    const fec::ReedSolomonCode code;
    for (unsigned errors = 0; errors <= 16; ++errors) {
        std::vector<uint8_t> sent(255);
        fec::ReedSolomonEncoder(code).encode(test::random_bytes(223, rng), sent);
        auto theirs = sent;
        for (unsigned i = 0; i < errors; ++i)
            theirs[(7 + 15 * i) % 255] ^= uint8_t(1 + rng() % 255);
        auto ours = theirs;
        BOOST_TEST(decode_rs_ccsds(theirs.data(), nullptr, 0, 0) == int(errors));
        BOOST_TEST((theirs == sent));
        const auto result = fec::ReedSolomonDecoder(code).decode(ours);
        BOOST_TEST(result->ok());
        BOOST_TEST(result->corrected == errors);
        BOOST_TEST((ours == sent));
    }
}

BOOST_AUTO_TEST_CASE(libfec_decodes_our_convolutional_frames)
{
    constexpr size_t kBytes = 500;
    std::mt19937 rng(3);
    const auto& code = fec::find_convolutional_code("k7_1-2");
    const auto message = test::random_bytes(kBytes, rng);
    const auto frame = test::convolutional_frame(code, message);
    std::vector<uint8_t> symbols(fec::terminated_bits(code, kBytes)), decoded(kBytes);
    for (size_t i = 0; i < symbols.size(); ++i)
        symbols[i] = get_bit(frame, i) != (rng() % 50 == 0) ? 200 : 55; // 2 % wrong
    int polynomials[] = {V27POLYB, -V27POLYA}; // the order and inversion of CCSDS
    set_viterbi27_polynomial(polynomials);
    void* decoder = create_viterbi27(8 * kBytes);
    init_viterbi27(decoder, 0);
    update_viterbi27_blk(decoder, symbols.data(), 8 * kBytes + 6);
    chainback_viterbi27(decoder, decoded.data(), 8 * kBytes, 0);
    delete_viterbi27(decoder);
    BOOST_TEST((decoded == message));
}
