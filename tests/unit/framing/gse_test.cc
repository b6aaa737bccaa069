#include "depinsat/framing/gse.h"

#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>
#include <string>

using namespace depinsat::framing;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes from_hex(const std::string& hex)
{
    Bytes bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(uint8_t(std::stoi(hex.substr(i, 2), nullptr, 16)));
    return bytes;
}

struct Pdu {
    uint16_t protocol_type;
    Bytes label, bytes;
    friend bool operator==(const Pdu&, const Pdu&) = default;
};

std::vector<Pdu> parse(GseParser& parser, const Bytes& data_field)
{
    std::vector<Pdu> pdus;
    parser.parse(data_field, [&](const GsePdu& pdu) {
        pdus.push_back({pdu.protocol_type,
                        {pdu.label.begin(), pdu.label.end()},
                        {pdu.bytes.begin(), pdu.bytes.end()}});
    });
    return pdus;
}

Bytes operator+(Bytes a, const Bytes& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Bytes complete(const Bytes& pdu)
{
    std::array<uint8_t, kGseHeaderBytes> header;
    write_gse_header(0x0800, pdu.size(), header);
    return Bytes(header.begin(), header.end()) + pdu;
}

// Computed from TS 102 606-1, clause 4.2: the PDU is 01h to 14h.
const Bytes kLabelled =
    from_hex("C01C08000200000000010102030405060708090A0B0C0D0E0F1011121314");
const Bytes kBroadcast = from_hex("E01608000102030405060708090A0B0C0D0E0F1011121314");
const Bytes kFragments[] = {from_hex("801307001C08000200000000010102030405060708"),
                            from_hex("300707090A0B0C0D0E"),
                            from_hex("700B070F1011121314AE0AF81A")};
const Bytes kLabel = from_hex("020000000001");

Bytes twenty()
{
    Bytes bytes(20);
    std::iota(bytes.begin(), bytes.end(), uint8_t(1));
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_complete_pdu_is_written_as_in_the_example)
{
    BOOST_TEST(complete(twenty()) == kBroadcast);
}

BOOST_AUTO_TEST_CASE(the_examples_are_read)
{
    GseParser parser;
    const Pdu labelled{0x0800, kLabel, twenty()}, broadcast{0x0800, {}, twenty()};
    BOOST_TEST((parse(parser, kLabelled) == std::vector{labelled}));
    BOOST_TEST((parse(parser, kBroadcast + Bytes(9)) == std::vector{broadcast}));
    BOOST_TEST((parse(parser, kFragments[0]).empty()));
    BOOST_TEST((parse(parser, kBroadcast + kFragments[1]) == std::vector{broadcast}));
    BOOST_TEST(parser.buffered_bytes() == 30u);
    BOOST_TEST((parse(parser, kFragments[2]) == std::vector{labelled}));
    BOOST_TEST(parser.buffered_bytes() == 0u);
    BOOST_TEST(parser.counts().malformed == 0u);
    BOOST_TEST(parser.counts().dropped == 0u);
}

BOOST_AUTO_TEST_CASE(packets_of_every_size_up_to_the_largest_are_read_back)
{
    for (const size_t size :
         {size_t(0), size_t(1), size_t(254), size_t(4092), kGseMaxPduBytes}) {
        GseParser parser;
        const auto pdus = parse(parser, complete(Bytes(size, 7)) + complete({1}));
        BOOST_TEST_REQUIRE(pdus.size() == 2u);
        BOOST_TEST(pdus[0].bytes == Bytes(size, 7));
    }
}

BOOST_AUTO_TEST_CASE(a_label_is_reused_within_its_data_field_only)
{
    const Bytes reuse = from_hex("F003080055");
    GseParser parser;
    const auto pdus = parse(parser, kLabelled + reuse);
    BOOST_TEST_REQUIRE(pdus.size() == 2u);
    BOOST_TEST(pdus[1].label == kLabel);
    BOOST_TEST(pdus[1].bytes == Bytes{0x55});
    BOOST_TEST(parse(parser, reuse).empty());
    BOOST_TEST(parser.counts().malformed == 1u);
}

BOOST_AUTO_TEST_CASE(a_damaged_or_incomplete_fragmented_pdu_is_dropped)
{
    for (size_t part = 0; part < 3; ++part) {
        const size_t from =
            part == 0 ? 5 : 3; // total length and fragment id have their own checks
        for (size_t bit = 8 * from; bit < 8 * kFragments[part].size(); ++bit) {
            Bytes changed[] = {kFragments[0], kFragments[1], kFragments[2]};
            changed[part][bit / 8] ^= uint8_t(1 << bit % 8);
            GseParser parser;
            BOOST_TEST(parse(parser, changed[0] + changed[1] + changed[2]).empty());
            BOOST_TEST(parser.counts().dropped == 1u);
        }
    }
    GseParser parser;
    BOOST_TEST(parse(parser, kFragments[0] + kFragments[2]).empty()); // one is missing
    BOOST_TEST(parse(parser, kFragments[1] + kFragments[2]).empty()); // no first one
    BOOST_TEST(parser.counts().dropped == 3u);
    BOOST_TEST(parser.buffered_bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(unfinished_pdus_are_given_up_after_256_data_fields)
{
    GseParser parser;
    parse(parser, kFragments[0]);
    for (int i = 0; i < 255; ++i)
        parse(parser, {});
    BOOST_TEST(parse(parser, kFragments[1] + kFragments[2]).size() == 1u);
    parse(parser, kFragments[0]);
    for (int i = 0; i < 256; ++i)
        parse(parser, {});
    BOOST_TEST(parse(parser, kFragments[1] + kFragments[2]).empty());
    BOOST_TEST(parser.buffered_bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_and_the_oldest_make_room)
{
    GseParser parser(1000);
    for (int id = 0; id < 256; ++id) { // first fragments of PDUs of 100 bytes
        parse(parser, Bytes{0xA0, 6, uint8_t(id), 0, 102, 8, 0, 1});
        BOOST_TEST(parser.buffered_bytes() <= 1000u);
    }
    BOOST_TEST(parser.counts().dropped == 256u - 9);
    parse(parser, Bytes{0xA0, 6, 1, 0xFF, 0xFF, 8, 0, 1}); // more than may be kept
    BOOST_TEST(parser.counts().malformed == 1u);
}

BOOST_AUTO_TEST_CASE(noise_is_survived)
{
    std::mt19937 random(1);
    GseParser parser(5000);
    for (int i = 0; i < 100000; ++i) {
        Bytes noise(random() % 200);
        for (auto& byte : noise)
            byte = uint8_t(random());
        parse(parser, noise);
        BOOST_TEST_REQUIRE(parser.buffered_bytes() <= 5000u);
    }
    parse(parser, {});
    BOOST_TEST(parse(parser, kBroadcast).size() == 1u);
}
