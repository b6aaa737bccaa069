// JSON as CBOR: there and back, and whatever else a peer may send.
#include "bridge/dictionaries/dense_json.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat::bridge;

namespace {

using Json = nlohmann::ordered_json;
using Bytes = std::vector<uint8_t>;

/// `depth` times `head`, and what it ends with.
Bytes nested(size_t depth, Bytes head, Bytes end)
{
    Bytes out;
    for (size_t i = 0; i < depth; ++i)
        out.insert(out.end(), head.begin(), head.end());
    out.insert(out.end(), end.begin(), end.end());
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_value_comes_back)
{
    const Json json{{"t", {true, false, nullptr, "", "0x", "0xabc", "0x00ff", "0xAB", "x"}},
                    {"n", {0, -1, 23, 24, 65536, uint64_t(-1), int64_t(1) << 40, INT64_MIN}},
                    {"f", {0.5, 1e300, -0.25}},
                    {"long", std::string(70'000, 'a')},
                    {"many", std::vector<int>(300, 7)},
                    {"o", {{"", Json::object()}, {"e", Json::array()}}}};
    BOOST_TEST(from_dense(to_dense(json)).value() == json);
}

BOOST_AUTO_TEST_CASE(lengths_that_are_only_claimed_are_refused)
{
    for (const uint8_t kind : {0x5B, 0x7B, 0x9B, 0xBB}) // bytes, text, array, map
        for (const uint8_t last : {0xFE, 0xFF, 0x00}) {
            Bytes bytes{kind, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, last};
            BOOST_TEST(!from_dense(bytes).has_value());
            bytes.insert(bytes.begin(), 0x81);
            BOOST_TEST(!from_dense(bytes).has_value());
        }
    BOOST_TEST(!from_dense(Bytes{0x9F, 0x01, 0xFF}).has_value()); // of no said length
    BOOST_TEST(!from_dense(Bytes{}).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_nested_deeply_is_refused)
{
    constexpr size_t kDeep = 200'000;
    for (const Bytes& head :
         {Bytes{0x81}, Bytes{0xA1, 0x60}, Bytes{0xC6}, Bytes{0xD8, 0xE0}, Bytes{0x9F},
          Bytes{0x7F}, Bytes{0x5F}, Bytes{0x81, 0xA1, 0x61, 'a'}}) // the library recurses
        BOOST_TEST(!from_dense(nested(kDeep, head, {0x01})).has_value());
    BOOST_TEST(from_dense(nested(kMaxDenseDepth, {0x81}, {0x01})).has_value());
    BOOST_TEST(!from_dense(nested(kMaxDenseDepth + 1, {0x81}, {0x01})).has_value());
    BOOST_TEST(from_dense(nested(1000, {}, {0x80})).has_value());
}

BOOST_AUTO_TEST_CASE(the_number_of_values_is_bounded)
{
    const auto list = [](size_t size) {
        Bytes out{0x9A, uint8_t(size >> 24), uint8_t(size >> 16), uint8_t(size >> 8),
                  uint8_t(size)};
        out.resize(out.size() + size, 0xF6);
        return out;
    };
    BOOST_TEST(from_dense(list(kMaxDenseValues - 1)).has_value());
    BOOST_TEST(!from_dense(list(kMaxDenseValues)).has_value());
}

BOOST_AUTO_TEST_CASE(any_bytes_may_come)
{
    std::mt19937 random(11);
    const Bytes good = to_dense({{"a", {1, -2, 0.5, "0xabcd", "text", true, nullptr}}});
    for (int i = 0; i < 20'000; ++i) {
        Bytes bad = good;
        for (int k = 0; k < 3; ++k)
            bad[random() % bad.size()] = uint8_t(random());
        if (const auto json = from_dense(bad))
            BOOST_TEST(!json->dump(-1, ' ', false, Json::error_handler_t::replace).empty());
    }
    for (size_t size = 0; size < good.size(); ++size)
        BOOST_TEST(!from_dense(std::span(good).first(size)).has_value());
}
