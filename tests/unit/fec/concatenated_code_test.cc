#include "depinsat/fec/concatenated_code.h"

#include "allocation_counter.h"
#include "convolutional_frames.h"
#include "noise_llrs.h"
#include "random_bytes.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;

namespace {

std::vector<Llr> received(const fec::ConcatenatedEncoder& encoder,
                          const std::vector<uint8_t>& frame,
                          double esn0_db,
                          std::mt19937& rng)
{
    return test::quantised(test::bpsk_llrs(frame, encoder.frame_bits(), esn0_db, rng));
}

/// Frames lost of `frames` at this Eb/N0 of the data.
unsigned lost_frames(const fec::ReedSolomonCode& outer, double ebn0_db, unsigned frames)
{
    std::mt19937 rng(3);
    const auto& inner = fec::find_convolutional_code("k7_1-2");
    fec::ConcatenatedEncoder encoder(outer, inner);
    fec::ConcatenatedDecoder decoder(outer, inner);
    const double rate = 8.0 * double(outer.data_bytes()) / double(encoder.frame_bits());
    unsigned lost = 0;
    for (unsigned i = 0; i < frames; ++i) {
        const auto data = test::random_bytes(outer.data_bytes(), rng);
        std::vector<uint8_t> frame(encoder.frame_bytes()), decoded(data.size());
        BOOST_REQUIRE(encoder.encode(data, frame));
        const auto llrs = received(encoder, frame, ebn0_db + 10 * std::log10(rate), rng);
        const auto result = decoder.decode(llrs, decoded);
        BOOST_REQUIRE(result.has_value());
        if (result->ok())
            BOOST_TEST((decoded == data)); // no failure goes unnoticed
        else
            ++lost;
    }
    return lost;
}

} // namespace

BOOST_AUTO_TEST_CASE(clean_frames_come_back_at_every_rate)
{
    std::mt19937 rng(1);
    for (const auto& inner : fec::convolutional_codes())
        for (const auto& outer :
             {fec::ReedSolomonCode{16, 1, true, 0}, fec::ReedSolomonCode{8, 4, false, 33},
              fec::ReedSolomonCode{16, 5, true, 200}}) {
            fec::ConcatenatedEncoder encoder(outer, inner);
            fec::ConcatenatedDecoder decoder(outer, inner);
            for (int round = 0; round < 3; ++round) {
                const auto data = test::random_bytes(outer.data_bytes(), rng);
                std::vector<uint8_t> frame(encoder.frame_bytes()), decoded(data.size());
                BOOST_REQUIRE(encoder.encode(data, frame));
                const auto result =
                    decoder.decode(received(encoder, frame, 12.0, rng), decoded);
                BOOST_REQUIRE(result.has_value());
                BOOST_TEST(result->ok());
                BOOST_TEST(result->corrected == 0u);
                BOOST_TEST((decoded == data));
            }
        }
}

// The knee of the standard's concatenated code, interleaved five times, lies near 2.3 dB.
BOOST_AUTO_TEST_CASE(the_waterfall_lies_where_the_standard_says)
{
    const fec::ReedSolomonCode outer{16, 5, true, 0};
    BOOST_TEST(lost_frames(outer, 1.7, 20) >= 15u);
    BOOST_TEST(lost_frames(outer, 2.6, 20) == 0u);
}

BOOST_AUTO_TEST_CASE(noise_is_reported_loud_or_soft)
{
    std::mt19937 rng(4);
    const fec::ReedSolomonCode outer{16, 4, true, 0};
    for (const auto& inner : fec::convolutional_codes()) {
        fec::ConcatenatedDecoder decoder(outer, inner);
        const size_t bits = fec::ConcatenatedEncoder(outer, inner).frame_bits();
        const test::NoiseLlrs noise(bits, rng);
        std::vector<uint8_t> data(outer.data_bytes());
        for (const auto& llrs : {noise.loud, noise.soft}) {
            const auto result = decoder.decode(llrs, data);
            BOOST_REQUIRE(result.has_value());
            BOOST_TEST(result->failed == outer.interleaving);
        }
    }
}

// Zeros are a codeword of both codes; neither can tell them from a frame of which nothing came.
BOOST_AUTO_TEST_CASE(nothing_known_gives_zeros)
{
    const fec::ReedSolomonCode outer{16, 1, true, 0};
    const auto& inner = fec::find_convolutional_code("k7_1-2");
    fec::ConcatenatedDecoder decoder(outer, inner);
    const std::vector<Llr> llrs(fec::ConcatenatedEncoder(outer, inner).frame_bits());
    std::vector<uint8_t> data(outer.data_bytes(), 0xFF);
    const auto result = decoder.decode(llrs, data);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->ok());
    BOOST_TEST((data == std::vector<uint8_t>(data.size())));
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_refused)
{
    const fec::ReedSolomonCode outer{16, 1, true, 0};
    const auto& inner = fec::find_convolutional_code("k7_1-2");
    fec::ConcatenatedEncoder encoder(outer, inner);
    fec::ConcatenatedDecoder decoder(outer, inner);
    std::vector<uint8_t> data(222), frame(encoder.frame_bytes());
    BOOST_TEST(!encoder.encode(data, frame));
    data.resize(223);
    BOOST_TEST(!encoder.encode(data, std::span(frame).first(frame.size() - 1)));
    const std::vector<Llr> llrs(encoder.frame_bits() - 1);
    BOOST_TEST(!decoder.decode(llrs, data).has_value());
}

BOOST_AUTO_TEST_CASE(encoding_and_decoding_allocate_nothing)
{
    std::mt19937 rng(5);
    const fec::ReedSolomonCode outer{16, 4, true, 0};
    const auto& inner = fec::find_convolutional_code("k7_3-4");
    fec::ConcatenatedEncoder encoder(outer, inner);
    fec::ConcatenatedDecoder decoder(outer, inner);
    const auto data = test::random_bytes(outer.data_bytes(), rng);
    std::vector<uint8_t> frame(encoder.frame_bytes()), decoded(data.size());
    BOOST_REQUIRE(encoder.encode(data, frame));
    const auto llrs = received(encoder, frame, 12.0, rng);
    const size_t before = test::allocations();
    BOOST_REQUIRE(before > 0);
    encoder.encode(data, frame);
    decoder.decode(llrs, decoded);
    BOOST_TEST(test::allocations() == before);
    BOOST_TEST((decoded == data));
}
