// docs/protocol.md shows a whole session in hexadecimal: it is what the code makes of these
// keys.
#include "depinsat/framing/gse.h"
#include "hand_made_packets.h"
#include "unit/link/document_listing.h"

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

Bytes answer_to(const HandMadeOpener& opener, NoiseIk& noise, const Bytes& cookie)
{
    const auto first = std::span(opener.packet).subspan(kPacketHeaderBytes, 112);
    BOOST_TEST_REQUIRE(noise.read_message(first).has_value());
    Bytes payload;
    append_u64(payload, 0x1112131415161718);
    append(payload, cookie);
    Bytes packet(2 * kPacketHeaderBytes);
    write_packet_header({PacketType::kHandshake2, 0x0123},
                        std::span(packet).first<kPacketHeaderBytes>());
    write_packet_header({PacketType::kHandshake1, 0x2345},
                        std::span(packet).subspan<kPacketHeaderBytes, kPacketHeaderBytes>());
    append(packet, noise.write_message(payload, key_of(4)).value());
    append(packet, mac_of_handshake(noise.remote(), packet));
    return packet;
}

Bytes data_field_of(const Bytes& packet, size_t size)
{
    Bytes field(size);
    framing::write_gse_header(kEtherType, packet.size(),
                              std::span(field).first<framing::kGseHeaderBytes>());
    std::ranges::copy(packet, field.begin() + framing::kGseHeaderBytes);
    return field;
}

Listing session_in_hexadecimal()
{
    const KeyPair user = key_of(1), gateway = key_of(2);
    const Bytes cookie(kCookieBytes, 5);
    Words words{0x0123, 0x0102030405060708, 1790000000000000000, {}};
    HandMadeOpener opener(user, gateway.public_key, key_of(3), words);
    NoiseIk noise = NoiseIk::responder(gateway, prologue());
    const Bytes answer = answer_to(opener, noise, cookie);
    BOOST_TEST_REQUIRE(opener.read(answer));
    BOOST_TEST((opener.cookie == cookie && opener.remote_index == 0x2345));
    const auto keys = opener.noise.keys();
    BOOST_TEST((keys.send == noise.keys().receive && keys.receive == noise.keys().send));

    Listing listing;
    listing.add("user's public key (secret key: 32 x 01)", user.public_key);
    listing.add("gateway's public key (secret key: 32 x 02)", gateway.public_key);
    listing.add("handshake 1", opener.packet);
    listing.add("handshake 2", answer);
    listing.add("key from user to gateway", keys.send);
    listing.add("key from gateway to user", keys.receive);
    const Bytes ping = sealed(keys.send, 0x2345, 0, Bytes{0x01});
    listing.add("data from user, counter 0: a ping, n = 1", ping);
    listing.add("the data field of 32 bytes that carries it", data_field_of(ping, 32));
    listing.add("data from gateway, counter 0: acknowledgement of counter 0",
                sealed(keys.receive, 0x0123, 0, Bytes{0x10, 0, 0, 0, 0}));
    listing.add("data from user, counter 1: the message AA BB, kind 7, class bulk, id 0",
                sealed(keys.send, 0x2345, 1, Bytes{0xEA, 0, 0, 7, 0, 2, 0xAA, 0xBB}));
    words.cookie = cookie;
    ++words.time_stamp;
    listing.add("the next handshake 1, with the cookie (its ephemeral secret key: 32 x 06)",
                HandMadeOpener(user, gateway.public_key, key_of(6), words).packet);
    return listing;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_session_in_the_document_is_what_the_code_makes)
{
    session_in_hexadecimal().check_in_document();
}
