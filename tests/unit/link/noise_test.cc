#include "depinsat/link/noise.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace depinsat::link;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes from_hex(const std::string& hex)
{
    Bytes bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(uint8_t(std::stoi(hex.substr(i, 2), nullptr, 16)));
    return bytes;
}

KeyPair pair_from_hex(const std::string& hex)
{
    const Bytes secret = from_hex(hex);
    return key_pair_of(std::span(secret).first<32>());
}

struct Pair {
    KeyPair a = key_pair_of(std::array<uint8_t, 32>{0, 1});
    KeyPair b = key_pair_of(std::array<uint8_t, 32>{0, 2});
    KeyPair ephemeral_a = key_pair_of(std::array<uint8_t, 32>{0, 3});
    KeyPair ephemeral_b = key_pair_of(std::array<uint8_t, 32>{0, 4});
    NoiseIk opener = NoiseIk::initiator(a, b.public_key, {});
    NoiseIk answerer = NoiseIk::responder(b, {});
};

// The points of low order on Curve25519 and their twins; a Diffie-Hellman with them gives zero.
const std::array<const char*, 5> kLowOrder = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

} // namespace

BOOST_AUTO_TEST_CASE(handshake_and_transport_are_those_of_cacophony)
{
    std::ifstream file(DEPINSAT_VECTORS "/noise/cacophony_ik.json");
    const auto vectors = nlohmann::json::parse(file).at("vectors");
    BOOST_TEST_REQUIRE(vectors.size() > 0u);
    for (const auto& vector : vectors) {
        const auto initiator_static = pair_from_hex(vector.at("init_static"));
        const auto responder_static = pair_from_hex(vector.at("resp_static"));
        const Bytes prologue = from_hex(vector.at("init_prologue"));
        BOOST_TEST(
            Bytes(responder_static.public_key.begin(), responder_static.public_key.end()) ==
            from_hex(vector.at("init_remote_static")));
        NoiseIk initiator =
            NoiseIk::initiator(initiator_static, responder_static.public_key, prologue);
        NoiseIk responder = NoiseIk::responder(responder_static, prologue);
        const auto& messages = vector.at("messages");

        const Bytes payload1 = from_hex(messages[0].at("payload"));
        const auto message1 =
            initiator.write_message(payload1, pair_from_hex(vector.at("init_ephemeral")));
        BOOST_TEST_REQUIRE(message1.has_value());
        BOOST_TEST(*message1 == from_hex(messages[0].at("ciphertext")));
        BOOST_TEST(responder.read_message(*message1).value() == payload1);
        BOOST_TEST((responder.remote() == initiator_static.public_key));

        const Bytes payload2 = from_hex(messages[1].at("payload"));
        const auto message2 =
            responder.write_message(payload2, pair_from_hex(vector.at("resp_ephemeral")));
        BOOST_TEST_REQUIRE(message2.has_value());
        BOOST_TEST(*message2 == from_hex(messages[1].at("ciphertext")));
        BOOST_TEST(initiator.read_message(*message2).value() == payload2);

        const auto& hash = initiator.handshake_hash();
        BOOST_TEST(Bytes(hash.begin(), hash.end()) == from_hex(vector.at("handshake_hash")));
        for (size_t i = 2; i < messages.size(); ++i) {
            const NoiseIk& sender = i % 2 ? responder : initiator;
            const NoiseIk& receiver = i % 2 ? initiator : responder;
            const Bytes plain = from_hex(messages[i].at("payload"));
            Bytes sealed(plain.size() + kTagBytes), opened(plain.size());
            const uint64_t counter = (i - 2) / 2;
            seal(sender.keys().send, counter, {}, plain, sealed);
            BOOST_TEST(sealed == from_hex(messages[i].at("ciphertext")));
            BOOST_TEST(open(receiver.keys().receive, counter, {}, sealed, opened));
            BOOST_TEST(opened == plain);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_changed_bit_anywhere_is_refused)
{
    const Bytes payload{1, 2, 3};
    Pair pair;
    const auto first = pair.opener.write_message(payload, pair.ephemeral_a).value();
    for (size_t bit = 0; bit < 8 * first.size(); ++bit) {
        Bytes changed = first;
        changed[bit / 8] ^= uint8_t(1 << bit % 8);
        NoiseIk answerer = pair.answerer;
        // The top bit of an X25519 public key is not used, but the hash covers it.
        BOOST_TEST(!answerer.read_message(changed).has_value(), "bit " << bit);
    }
    BOOST_TEST(pair.answerer.read_message(first).has_value());
    const auto second = pair.answerer.write_message(payload, pair.ephemeral_b).value();
    for (size_t bit = 0; bit < 8 * second.size(); ++bit) {
        Bytes changed = second;
        changed[bit / 8] ^= uint8_t(1 << bit % 8);
        NoiseIk opener = pair.opener;
        BOOST_TEST(!opener.read_message(changed).has_value(), "bit " << bit);
    }
    BOOST_TEST(pair.opener.read_message(second).has_value());
}

BOOST_AUTO_TEST_CASE(every_shorter_message_is_refused)
{
    Pair pair;
    const auto first = pair.opener.write_message({}, pair.ephemeral_a).value();
    BOOST_TEST(first.size() == NoiseIk::kFirstOverhead);
    for (size_t size = 0; size < first.size(); ++size) {
        NoiseIk answerer = pair.answerer;
        BOOST_TEST(!answerer.read_message(std::span(first).first(size)).has_value());
    }
}

BOOST_AUTO_TEST_CASE(public_keys_of_low_order_are_refused)
{
    for (const char* hex : kLowOrder) {
        const Bytes point = from_hex(hex);
        PublicKey key;
        std::copy(point.begin(), point.end(), key.begin());
        Pair pair;
        NoiseIk opener = NoiseIk::initiator(pair.a, key, {});
        BOOST_TEST(!opener.write_message({}, pair.ephemeral_a).has_value());

        auto first = pair.opener.write_message({}, pair.ephemeral_a).value();
        std::copy(point.begin(), point.end(), first.begin());
        BOOST_TEST(!pair.answerer.read_message(first).has_value());

        Bytes second(NoiseIk::kSecondOverhead);
        std::copy(point.begin(), point.end(), second.begin());
        BOOST_TEST(!pair.opener.read_message(second).has_value());
    }
}

BOOST_AUTO_TEST_CASE(messages_out_of_turn_are_refused)
{
    Pair pair;
    BOOST_TEST(!NoiseIk(pair.answerer).write_message({}, pair.ephemeral_b).has_value());
    const auto first = pair.opener.write_message({}, pair.ephemeral_a).value();
    BOOST_TEST(!NoiseIk(pair.opener).write_message({}, pair.ephemeral_a).has_value());
    BOOST_TEST(!NoiseIk(pair.opener).read_message(first).has_value());
    BOOST_TEST(pair.answerer.read_message(first).has_value());
    BOOST_TEST(!NoiseIk(pair.answerer).read_message(first).has_value());
}

BOOST_AUTO_TEST_CASE(another_prologue_is_another_protocol)
{
    Pair pair;
    const auto first = pair.opener.write_message({}, pair.ephemeral_a).value();
    NoiseIk other = NoiseIk::responder(pair.b, Bytes{1});
    BOOST_TEST(!other.read_message(first).has_value());
}
