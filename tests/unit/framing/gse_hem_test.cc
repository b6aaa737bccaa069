#include "depinsat/framing/gse_hem.h"

#include "depinsat/framing/gse.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat::framing;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes packet_of(const Bytes& pdu)
{
    Bytes packet(kGseHeaderBytes);
    write_gse_header(0x0800, pdu.size(), std::span(packet).first<kGseHeaderBytes>());
    packet.insert(packet.end(), pdu.begin(), pdu.end());
    return packet;
}

std::vector<Bytes> pdus(size_t count)
{
    std::mt19937 random(1);
    std::vector<Bytes> all(count);
    for (size_t i = 0; i < count; ++i) {
        all[i].resize(i % 7 == 0 ? 1 + random() % 4 : 1 + random() % kGseMaxPduBytes);
        for (auto& byte : all[i])
            byte = uint8_t(random());
    }
    return all;
}

struct Field {
    BbHeader header;
    Bytes bytes;
};

std::vector<Field> framed(const std::vector<Bytes>& all, size_t field_bytes)
{
    GseHemFramer framer;
    std::vector<Field> fields;
    const auto fill = [&] {
        Field field{{}, Bytes(field_bytes)};
        field.bytes.resize(framer.fill(field.bytes, field.header));
        fields.push_back(field);
    };
    for (const Bytes& pdu : all) {
        framer.push(packet_of(pdu));
        while (framer.available() >= field_bytes)
            fill();
    }
    while (framer.available() > 0)
        fill();
    return fields;
}

struct Receiver {
    void parse(const Field& field)
    {
        deframer.parse(field.header, field.bytes, [&](std::span<const uint8_t> packet) {
            parser.parse(packet, [&](const GsePdu& pdu) {
                received.emplace_back(pdu.bytes.begin(), pdu.bytes.end());
            });
        });
    }
    GseHemDeframer deframer;
    GseParser parser;
    std::vector<Bytes> received;
};

} // namespace

BOOST_DATA_TEST_CASE(pdus_come_back_however_they_are_cut,
                     bdata::make({1, 2, 3, 100, 869, 4097, 7264}),
                     field_bytes)
{
    const auto all = pdus(field_bytes < 4 ? 10 : 100);
    Receiver receiver;
    for (const Field& field : framed(all, size_t(field_bytes))) {
        BOOST_TEST((field.header.stream_type == StreamType::kGseHem));
        receiver.parse(field);
    }
    BOOST_TEST((receiver.received == all));
    BOOST_TEST(receiver.deframer.counts().dropped == 0u);
}

BOOST_DATA_TEST_CASE(a_stream_of_packets_with_padding_between_becomes_packets,
                     bdata::make({1, 2, 7, 5000}),
                     piece)
{
    const auto all = pdus(50);
    Bytes stream;
    for (size_t i = 0; i < all.size(); ++i) {
        const Bytes packet = packet_of(all[i]);
        stream.insert(stream.end(), packet.begin(), packet.end());
        stream.resize(stream.size() + i % 3);
    }
    GseHemFramer framer;
    Receiver receiver;
    std::span<const uint8_t> left = stream;
    while (!left.empty()) {
        const size_t taken =
            framer.push_stream(left.first(std::min(size_t(piece), left.size())));
        BOOST_REQUIRE(taken > 0);
        left = left.subspan(taken);
        Field field{{}, Bytes(framer.available())};
        framer.fill(field.bytes, field.header);
        receiver.parse(field);
    }
    BOOST_TEST((receiver.received == all));
    BOOST_TEST(receiver.deframer.counts().dropped == 0u);
}

BOOST_AUTO_TEST_CASE(a_packet_is_taken_when_it_is_whole_and_no_byte_behind_it)
{
    const Bytes packet = packet_of(Bytes(10));
    Bytes two = packet;
    two.insert(two.end(), packet.begin(), packet.end());
    GseHemFramer framer;
    BOOST_TEST(framer.push_stream(std::span(two).first(5)) == 5u);
    BOOST_TEST(framer.available() == 0u);
    BOOST_TEST(framer.push_stream(std::span(two).subspan(5)) == packet.size() - 5);
    BOOST_TEST(framer.available() == packet.size());
}

BOOST_AUTO_TEST_CASE(no_data_field_but_the_last_is_padded)
{
    const auto fields = framed(pdus(100), 869);
    for (size_t i = 0; i + 1 < fields.size(); ++i)
        BOOST_TEST(fields[i].bytes.size() == 869u);
}

BOOST_AUTO_TEST_CASE(syncd_tells_where_the_first_packet_begins)
{
    const auto fields =
        framed({Bytes(96), Bytes(96), Bytes(196)}, 80); // of 100, 100, 200 bytes
    BOOST_TEST(fields.at(0).header.syncd == 0);
    BOOST_TEST(fields.at(1).header.syncd == 8 * 20);
    BOOST_TEST(fields.at(2).header.syncd == 8 * 40);
    BOOST_TEST(fields.at(3).header.syncd == kNoSyncd);
}

BOOST_AUTO_TEST_CASE(a_lost_data_field_costs_its_packets_only)
{
    const auto all = pdus(100);
    const auto fields = framed(all, 3000);
    Receiver receiver;
    for (size_t i = 0; i < fields.size(); ++i)
        if (i == 5)
            receiver.deframer.lost();
        else
            receiver.parse(fields[i]);
    BOOST_TEST(receiver.received.size() >= 90u);
    BOOST_TEST(receiver.received.size() < 100u);
    size_t at = 0;
    for (const Bytes& pdu : receiver.received) {
        while (at < all.size() && all[at] != pdu)
            ++at;
        BOOST_TEST(at < all.size());
    }
}

BOOST_AUTO_TEST_CASE(anything_may_be_in_a_data_field)
{
    std::mt19937 random(1);
    Receiver receiver;
    for (int i = 0; i < 20000; ++i) {
        Field field{{}, Bytes(random() % 300)};
        for (auto& byte : field.bytes)
            byte = uint8_t(random());
        field.header.stream_type =
            random() % 8 ? StreamType::kGseHem : StreamType(random() % 4);
        field.header.syncd = random() % 4 ? uint16_t(random() % 64 * 8) : uint16_t(random());
        receiver.parse(field);
    }
    BOOST_TEST(receiver.deframer.counts().refused > 100u);
}
