#include "depinsat/framing/bbheader.h"

#include "fec_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::framing;

using Bytes = std::array<uint8_t, kBbHeaderBytes>;

BOOST_DATA_TEST_CASE(headers_of_the_golden_chains_are_read_and_written_again,
                     bdata::make(test::kFecChains),
                     chain)
{
    const auto bbframe = test::read_stage(chain, ".bbframe.bin");
    Bytes golden{};
    std::copy_n(bbframe.begin(), golden.size(), golden.begin());

    const auto header = decode_bbheader(golden);
    BOOST_REQUIRE(header.has_value());
    BOOST_TEST((header->stream_type == StreamType::kTransport));
    BOOST_TEST(header->single_stream);
    BOOST_TEST(header->ccm);
    BOOST_TEST(header->rolloff_code == 2);
    BOOST_TEST(header->upl_bits == 1504);
    BOOST_TEST(header->data_field_bits == 8 * (bbframe.size() - kBbHeaderBytes));
    BOOST_TEST(header->sync == 0x47);
    BOOST_TEST(header->syncd == 0);
    BOOST_TEST(encode_bbheader(*header) == golden, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_field_survives)
{
    std::mt19937 rng(1);
    for (int i = 0; i < 1000; ++i) {
        const BbHeader header{
            .stream_type = StreamType(rng() % 4),
            .single_stream = rng() % 2 != 0,
            .ccm = rng() % 2 != 0,
            .issyi = rng() % 2 != 0,
            .npd = rng() % 2 != 0,
            .rolloff_code = uint8_t(rng() % 4),
            .isi = uint8_t(rng()),
            .upl_bits = uint16_t(rng()),
            .data_field_bits = uint16_t(rng()),
            .sync = uint8_t(rng()),
            .syncd = uint16_t(rng()),
        };
        const auto decoded = decode_bbheader(encode_bbheader(header));
        BOOST_REQUIRE(decoded.has_value());
        BOOST_TEST((*decoded == header));
    }
}

BOOST_AUTO_TEST_CASE(any_one_or_two_flipped_bits_are_noticed)
{
    const Bytes good = encode_bbheader({.isi = 7, .data_field_bits = 6952});
    for (size_t first = 0; first < 8 * good.size(); ++first)
        for (size_t second = first; second < 8 * good.size(); ++second) {
            Bytes bad = good;
            bad[first / 8] ^= uint8_t(0x80 >> first % 8);
            if (second != first)
                bad[second / 8] ^= uint8_t(0x80 >> second % 8);
            BOOST_TEST(!decode_bbheader(bad).has_value());
        }
}

// Headers of the tests of dvb-gse (D. Estevez), which takes them from a receiver's point of
// view.
BOOST_AUTO_TEST_CASE(headers_of_gse_and_gse_hem_equal_those_of_another_implementation)
{
    const Bytes continuous{0x72, 0, 0, 0, 0x02, 0xF0, 0, 0, 0, 0x15};
    const Bytes hem{0xB2, 0, 0, 0, 0x02, 0xF0, 0, 0, 0, 0x87};
    const Bytes issy{0xBA, 0, 0x12, 0x34, 0x02, 0xF0, 0x56, 0x02, 0x11, 0x7C};
    for (const Bytes& bytes : {continuous, hem, issy}) {
        const auto header = decode_bbheader(bytes);
        BOOST_REQUIRE(header.has_value());
        BOOST_TEST(header->data_field_bits == 752);
        BOOST_TEST(encode_bbheader(*header) == bytes, boost::test_tools::per_element());
    }
    BOOST_TEST((decode_bbheader(hem)->stream_type == StreamType::kGseHem));
    BOOST_TEST(decode_bbheader(issy)->syncd == 0x211);
    Bytes without_mode = hem;
    without_mode.back() ^= 1;
    BOOST_TEST(!decode_bbheader(without_mode).has_value());
}
