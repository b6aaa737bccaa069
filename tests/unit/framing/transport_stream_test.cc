#include "depinsat/framing/transport_stream.h"

#include "dvbs2_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::framing;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes packets(size_t count, unsigned seed = 1)
{
    std::mt19937 random(seed);
    Bytes stream(count * kTsPacketBytes);
    for (auto& byte : stream)
        byte = uint8_t(random());
    for (size_t i = 0; i < count; ++i) {
        stream[i * kTsPacketBytes] = kTsSync;
        stream[i * kTsPacketBytes + 1] &= 0x7F;
    }
    return stream;
}

struct Field {
    BbHeader header;
    Bytes bytes;
};

std::vector<Field> framed(const Bytes& stream, size_t field_bytes)
{
    TsFramer framer;
    framer.push(stream);
    std::vector<Field> fields;
    for (Field field{{}, Bytes(field_bytes)}; framer.fill(field.bytes, field.header);) {
        field.header.data_field_bits = uint16_t(8 * field_bytes);
        fields.push_back(field);
    }
    return fields;
}

struct Receiver {
    void parse(const Field& field)
    {
        deframer.parse(field.header, field.bytes, [&](TsDeframer::Packet packet) {
            stream.insert(stream.end(), packet.begin(), packet.end());
        });
    }
    TsDeframer deframer;
    Bytes stream;
};

bool begins_with(const Bytes& whole, const Bytes& part)
{
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

} // namespace

BOOST_AUTO_TEST_CASE(issy_and_deleted_null_packets_are_refused_rather_than_taken_for_packets)
{
    const Bytes stream = packets(40);
    for (bool BbHeader::*bit : {&BbHeader::issyi, &BbHeader::npd}) {
        Receiver receiver;
        auto fields = framed(stream, 1000);
        for (Field& field : fields) {
            field.header.*bit = true;
            receiver.parse(field);
        }
        BOOST_TEST(receiver.stream.empty());
        BOOST_TEST(receiver.deframer.counts().refused == fields.size());
    }
}

BOOST_DATA_TEST_CASE(golden_chains_begin_with_the_transport_stream,
                     bdata::make(test::kDvbs2Chains),
                     chain)
{
    const auto stream = test::read_dvbs2_vector<uint8_t>(std::string(chain.name) + ".ts.bin");
    const auto golden =
        test::read_dvbs2_vector<uint8_t>(std::string(chain.name) + ".bbframe.bin");
    TsFramer framer;
    framer.push(stream);
    BbHeader header;
    Bytes bbframe(golden.size());
    const auto data_field = std::span(bbframe).subspan(kBbHeaderBytes);
    BOOST_REQUIRE(framer.fill(data_field, header));
    header.data_field_bits = uint16_t(8 * data_field.size());
    std::ranges::copy(encode_bbheader(header), bbframe.begin());
    BOOST_TEST(bbframe == golden, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(packets_come_back_whatever_the_data_field,
                     bdata::make({1, 2, 94, 187, 188, 189, 375, 376, 377, 869, 7264}),
                     field_bytes)
{
    const Bytes stream = packets(100);
    Receiver receiver;
    for (const Field& field : framed(stream, size_t(field_bytes)))
        receiver.parse(field);
    BOOST_TEST(begins_with(stream, receiver.stream));
    // What is not there yet: less than a data field, and the packet whose CRC-8 is to come.
    BOOST_TEST(receiver.stream.size() + size_t(field_bytes) + 2 * kTsPacketBytes >=
               stream.size());
    BOOST_TEST(receiver.deframer.counts().damaged == 0u);
    BOOST_TEST(receiver.deframer.counts().dropped == 0u);
}

BOOST_AUTO_TEST_CASE(syncd_tells_where_the_first_packet_begins)
{
    const auto fields = framed(packets(60), 869); // as gr-dtv: 0, 568, 1136 ...
    BOOST_TEST(fields.at(0).header.syncd == 0);
    BOOST_TEST(fields.at(1).header.syncd == 568);
    BOOST_TEST(fields.at(2).header.syncd == 1136);
    const auto small = framed(packets(2), 100);
    BOOST_TEST(small.at(1).header.syncd == 8 * 88);
    BOOST_TEST(framed(packets(2), 90).at(1).header.syncd == kNoSyncd);
}

BOOST_AUTO_TEST_CASE(a_lost_data_field_costs_its_packets_only)
{
    const Bytes stream = packets(60);
    const auto fields = framed(stream, 869);
    for (const bool told : {true, false}) {
        Receiver receiver;
        for (size_t i = 0; i < fields.size(); ++i)
            if (i != 3)
                receiver.parse(fields[i]);
            else if (told)
                receiver.deframer.lost();
        const size_t whole = fields.size() * 869 / kTsPacketBytes;
        BOOST_TEST(receiver.deframer.counts().dropped == 1u);
        BOOST_TEST(receiver.deframer.counts().packets >= whole - 7);
        for (size_t i = 0; i < receiver.stream.size(); i += kTsPacketBytes)
            BOOST_TEST((std::search(stream.begin(), stream.end(),
                                    receiver.stream.begin() + ptrdiff_t(i),
                                    receiver.stream.begin() + ptrdiff_t(i + kTsPacketBytes)) !=
                        stream.end()));
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_packet_is_marked)
{
    auto fields = framed(packets(20), 869);
    fields[0].bytes[300] ^= 0x10; // of the second packet
    Receiver receiver;
    for (const Field& field : fields)
        receiver.parse(field);
    BOOST_TEST(receiver.deframer.counts().damaged == 1u);
    BOOST_TEST((receiver.stream[1] & 0x80) == 0);
    BOOST_TEST((receiver.stream[kTsPacketBytes + 1] & 0x80) == 0x80);
    BOOST_TEST((receiver.stream[2 * kTsPacketBytes + 1] & 0x80) == 0);
}

BOOST_AUTO_TEST_CASE(bytes_without_sync_are_passed_over)
{
    Bytes stream = packets(3);
    const Bytes good = stream;
    stream.insert(stream.begin(), {1, 2, 3});
    TsFramer framer;
    for (const uint8_t byte : stream)
        framer.push(std::span(&byte, 1));
    BOOST_TEST(framer.counts().skipped_bytes == 3u);
    BOOST_TEST(framer.counts().packets == 3u);
    BOOST_TEST(framer.available() == good.size());
}

BOOST_AUTO_TEST_CASE(streams_are_told_apart_by_their_isi)
{
    const Bytes one = packets(50, 1), two = packets(50, 2);
    TsFramer framers[2];
    framers[0].push(one);
    framers[1].push(two);
    Receiver receivers[2];
    std::mt19937 random(1);
    for (int i = 0; i < 60; ++i) { // frames of any size, merged as they come
        const uint8_t isi = random() % 2;
        Field field{{.single_stream = false, .isi = isi}, Bytes(100 + random() % 800)};
        if (!framers[isi].fill(field.bytes, field.header))
            continue;
        field.header.data_field_bits = uint16_t(8 * field.bytes.size());
        const auto sent = decode_bbheader(encode_bbheader(field.header));
        BOOST_REQUIRE(sent.has_value() && !sent->single_stream);
        receivers[sent->isi].parse(field);
    }
    BOOST_TEST(receivers[0].stream.size() > 30 * kTsPacketBytes);
    BOOST_TEST(receivers[1].stream.size() > 30 * kTsPacketBytes);
    BOOST_TEST(begins_with(one, receivers[0].stream));
    BOOST_TEST(begins_with(two, receivers[1].stream));
}

BOOST_AUTO_TEST_CASE(anything_may_be_in_headers_and_data_fields)
{
    std::mt19937 random(1);
    Receiver receiver;
    for (int i = 0; i < 20000; ++i) {
        Field field{{}, Bytes(random() % 600)};
        for (auto& byte : field.bytes)
            byte = uint8_t(random());
        field.header.stream_type =
            random() % 8 ? StreamType::kTransport : StreamType(random() % 4);
        field.header.upl_bits = random() % 8 ? kTsUplBits : uint16_t(random());
        field.header.sync = kTsSync;
        field.header.syncd = random() % 4 ? uint16_t(random() % 200 * 8) : uint16_t(random());
        field.header.data_field_bits = uint16_t(8 * field.bytes.size());
        receiver.parse(field);
        receiver.stream.clear();
    }
    BOOST_TEST(receiver.deframer.counts().refused > 100u);
    BOOST_TEST(receiver.deframer.counts().packets > 100u);
}
