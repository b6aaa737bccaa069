// Frames of zstd as they go over the link, and what they cost.
#include "bridge/dictionaries/zstd_frame.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ctime>
#include <random>
#include <string>

using namespace depinsat::bridge;

namespace {

using Bytes = std::vector<uint8_t>;

/// Like the results of a node: names that repeat, numbers that do not.
Bytes text(size_t size, unsigned seed)
{
    std::mt19937 random(seed);
    std::string out;
    while (out.size() < size)
        out += R"({"validator_index":")" + std::to_string(random() % 1'000'000) +
               R"(","slot":")" + std::to_string(9'000'000 + random() % 64) + R"("},)";
    return {out.begin(), out.begin() + std::ptrdiff_t(size)};
}

double processor_ms()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

} // namespace

BOOST_DATA_TEST_CASE(every_size_comes_back,
                     boost::unit_test::data::make({0, 1, 4095, 4096, 4097, 49'152, 49'153,
                                                   131'073, 262'145, 1'000'000}),
                     size)
{
    const Bytes plain = text(size_t(size), 1), prefix = text(40'000, 2);
    ZstdDictionary dictionary(prefix), same(prefix), other(text(40'000, 3));
    BOOST_TEST((zstd_decompress(zstd_compress(plain)) == plain));
    BOOST_TEST((zstd_decompress(zstd_compress(plain, prefix), prefix) == plain));
    const Bytes packed = zstd_compress(plain, dictionary);
    BOOST_TEST((zstd_decompress(packed, same) == plain));
    if (size > 4000)
        BOOST_TEST((zstd_decompress(packed, other) != plain));
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_goes_on_is_refused)
{
    const Bytes good = zstd_compress(text(1000, 4));
    for (size_t size = 0; size < good.size(); ++size)
        BOOST_TEST(!zstd_decompress(std::span(good).first(size)).has_value());
    Bytes longer = good;
    longer.push_back(0);
    BOOST_TEST(!zstd_decompress(longer).has_value());
    BOOST_TEST(zstd_decompress(zstd_compress(Bytes(kMaxUnpackedBytes))).has_value());
    BOOST_TEST(!zstd_decompress(zstd_compress(Bytes(kMaxUnpackedBytes + 1))).has_value());
}

BOOST_AUTO_TEST_CASE(a_dictionary_is_made_ready_once)
{
    const Bytes plain = text(300, 5);
    ZstdDictionary dictionary(text(64 << 10, 6));
    BOOST_TEST(dictionary.compressing(19) == dictionary.compressing(19));
    BOOST_TEST(dictionary.decompressing() == dictionary.decompressing());
    zstd_compress(plain, dictionary);
    const double begin = processor_ms();
    for (int i = 0; i < 100; ++i)
        zstd_compress(plain, dictionary);
    const double each = (processor_ms() - begin) / 100;
    BOOST_TEST_MESSAGE("300 bytes with 64 KiB: " << each << " ms");
    BOOST_TEST(each < 1.0); // 3 ms, were it digested each time
}

BOOST_DATA_TEST_CASE(no_size_takes_long,
                     boost::unit_test::data::make({4 << 10, 48 << 10, 128 << 10, 256 << 10,
                                                   1 << 20}),
                     size)
{
    const Bytes plain = text(size_t(size), 7);
    double best = 1e9;
    size_t packed = 0;
    for (int i = 0; i < 5; ++i) {
        const double begin = processor_ms();
        packed = zstd_compress(plain).size();
        best = std::min(best, processor_ms() - begin);
    }
    BOOST_TEST_MESSAGE(size << " bytes: " << packed << " bytes in " << best << " ms");
    BOOST_TEST(best < 25.0); // level 19 takes 300 ms for the largest
}
