#include "bridge/ethereum/rlp.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::ethereum;

namespace {

Bytes bytes_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

std::string encoded(std::span<const uint8_t> string)
{
    Bytes out;
    put_rlp(out, string);
    return to_hex(out);
}

std::string encoded_number(uint64_t number)
{
    Bytes out;
    put_rlp_number(out, number);
    return to_hex(out);
}

bool is_taken(const char* hex)
{
    const Bytes bytes = *from_hex(hex);
    std::span<const uint8_t> rest = bytes;
    return take_rlp(rest).has_value();
}

} // namespace

// The examples of the yellow paper and of ethereum.org.
BOOST_AUTO_TEST_CASE(known_strings_and_lists_are_encoded_as_published)
{
    BOOST_TEST(encoded(bytes_of("dog")) == "0x83646f67");
    BOOST_TEST(encoded({}) == "0x80");
    BOOST_TEST(encoded(Bytes{0}) == "0x00");
    BOOST_TEST(encoded(Bytes{0x80}) == "0x8180");
    BOOST_TEST(encoded_number(0) == "0x80");
    BOOST_TEST(encoded_number(15) == "0x0f");
    BOOST_TEST(encoded_number(1024) == "0x820400");
    Bytes items;
    put_rlp(items, bytes_of("cat"));
    put_rlp(items, bytes_of("dog"));
    BOOST_TEST(to_hex(rlp_list(items)) == "0xc88363617483646f67");
    const Bytes lorem = bytes_of("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
    BOOST_TEST(encoded(lorem).starts_with("0xb8384c6f"));
}

BOOST_AUTO_TEST_CASE(items_come_back_at_every_length_of_prefix)
{
    for (const size_t size : {0, 1, 2, 55, 56, 255, 256, 65535, 65536}) {
        const Bytes string(size, 0xAB);
        Bytes out;
        put_rlp(out, string);
        std::span<const uint8_t> rest = out;
        const auto item = take_rlp(rest);
        BOOST_REQUIRE(item);
        BOOST_TEST(rest.empty());
        BOOST_TEST(std::ranges::equal(item->payload, string));
        BOOST_TEST(item->whole.size() == out.size());
    }
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_not_the_shortest_form_is_refused)
{
    for (const auto good : {"0x00", "0x7f", "0x8180", "0xc0", "0xc100"})
        BOOST_TEST(is_taken(good), good);
    for (const auto bad : {"0x", "0x8100", "0x817f", "0x83646f", "0xb8", "0xb837", "0xb80161",
                           "0xb90001", "0xc183", "0xf80100", "0xbfffffffffffffffff"})
        BOOST_TEST(is_taken(bad) == (std::string_view(bad) == "0xc183"), bad);
    const Bytes inner = *from_hex("0xc183");
    std::span<const uint8_t> rest = inner;
    BOOST_TEST(!rlp_items(*take_rlp(rest), 9));
}

BOOST_AUTO_TEST_CASE(quantities_and_data_are_read_strictly)
{
    BOOST_TEST(from_quantity("0x0").value() == 0u);
    BOOST_TEST(from_quantity("0xffffffffffffffff").value() == UINT64_MAX);
    for (const auto bad : {"", "0", "0x", "x1", "0xg", "0x10000000000000000", "-0x1"})
        BOOST_TEST(!from_quantity(bad), bad);
    BOOST_TEST(to_quantity(0) == "0x0");
    BOOST_TEST(to_quantity(0x1a2b) == "0x1a2b");
    for (const auto bad : {"", "00", "0x0", "0xzz", "0X00"})
        BOOST_TEST(!from_hex(bad), bad);
}
