#include "depinsat/link/noise_k.h"

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

// The first messages of a file of vectors, both ways.
void check_first_messages(const std::string& file_name, size_t messages)
{
    std::ifstream file(DEPINSAT_VECTORS "/noise/" + file_name);
    const auto vectors = nlohmann::json::parse(file).at("vectors");
    BOOST_TEST_REQUIRE(vectors.size() == 1u);
    const auto& vector = vectors[0];
    const std::string protocol = vector.at("protocol_name");
    const KeyPair sender = pair_from_hex(vector.at("init_static"));
    const KeyPair receiver = pair_from_hex(vector.at("resp_static"));
    const KeyPair ephemeral = pair_from_hex(vector.at("init_ephemeral"));
    const Bytes prologue = from_hex(vector.at("init_prologue"));
    for (size_t i = 0; i < messages; ++i) {
        const Bytes payload = from_hex(vector.at("messages").at(i).at("payload"));
        const auto message =
            NoiseK::write(sender, receiver.public_key, prologue, payload, ephemeral, protocol);
        BOOST_TEST_REQUIRE(message.has_value());
        BOOST_TEST(*message == from_hex(vector.at("messages").at(i).at("ciphertext")));
        BOOST_TEST(
            NoiseK::read(receiver, sender.public_key, prologue, *message, protocol).value() ==
            payload);
    }
}

struct Three {
    KeyPair sender = key_pair_of(std::array<uint8_t, 32>{0, 1});
    KeyPair receiver = key_pair_of(std::array<uint8_t, 32>{0, 2});
    KeyPair other = key_pair_of(std::array<uint8_t, 32>{0, 3});
    KeyPair ephemeral = key_pair_of(std::array<uint8_t, 32>{0, 4});
    Bytes payload = Bytes(32, 7);
    Bytes message =
        NoiseK::write(sender, receiver.public_key, Bytes{1}, payload, ephemeral).value();
};

} // namespace

BOOST_AUTO_TEST_CASE(its_message_is_the_first_of_kk_with_another_name)
{
    check_first_messages("cacophony_kk.json", 1);
}

BOOST_AUTO_TEST_CASE(its_messages_are_those_of_an_independent_model)
{
    check_first_messages("model_k.json", 3);
}

BOOST_AUTO_TEST_CASE(a_wrapped_key_costs_48_bytes_and_is_for_one_receiver_from_one_sender)
{
    const Three keys;
    BOOST_TEST(keys.message.size() == keys.payload.size() + 48);
    const auto read = [&](const KeyPair& own, const PublicKey& sender, Bytes prologue) {
        return NoiseK::read(own, sender, prologue, keys.message);
    };
    BOOST_TEST(read(keys.receiver, keys.sender.public_key, {1}).value() == keys.payload);
    BOOST_TEST(!read(keys.other, keys.sender.public_key, {1}).has_value());
    BOOST_TEST(!read(keys.receiver, keys.other.public_key, {1}).has_value());
    BOOST_TEST(!read(keys.receiver, keys.sender.public_key, {2}).has_value());
}

BOOST_AUTO_TEST_CASE(a_changed_bit_or_a_missing_byte_of_it_is_refused)
{
    const Three keys;
    const auto read = [&](std::span<const uint8_t> message) {
        return NoiseK::read(keys.receiver, keys.sender.public_key, Bytes{1}, message);
    };
    for (size_t bit = 0; bit < 8 * keys.message.size(); ++bit) {
        Bytes changed = keys.message;
        changed[bit / 8] ^= uint8_t(1 << bit % 8);
        BOOST_TEST(!read(changed).has_value(), "bit " << bit);
    }
    for (size_t size = 0; size < keys.message.size(); ++size)
        BOOST_TEST(!read(std::span(keys.message).first(size)).has_value());
    BOOST_TEST(read(keys.message).has_value());
}

BOOST_AUTO_TEST_CASE(keys_of_low_order_wrap_and_open_nothing)
{
    const Three keys;
    const PublicKey zero{};
    BOOST_TEST(
        !NoiseK::write(keys.sender, zero, Bytes{1}, keys.payload, keys.ephemeral).has_value());
    BOOST_TEST(!NoiseK::read(keys.receiver, zero, Bytes{1}, keys.message).has_value());
    Bytes message = keys.message;
    std::fill_n(message.begin(), 32, uint8_t(0));
    BOOST_TEST(
        !NoiseK::read(keys.receiver, keys.sender.public_key, Bytes{1}, message).has_value());
}
