#include "depinsat/fec/convolutional_encoder.h"

#include "allocation_counter.h"
#include "ccsds_vectors.h"
#include "random_bytes.h"
#include "reference/convolutional.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;

namespace {

/// "k7_2-3" for "2/3".
std::string code_name(std::string rate)
{
    rate[1] = '-';
    return "k7_" + rate;
}

std::vector<uint8_t> packed(std::vector<uint8_t> bits)
{
    bits.resize((bits.size() + 7) / 8 * 8);
    std::vector<uint8_t> bytes(bits.size() / 8);
    pack_bits(bits, bytes);
    return bytes;
}

std::vector<uint8_t> frame(const fec::ConvolutionalCode& code,
                           const std::vector<uint8_t>& message)
{
    fec::ConvolutionalEncoder encoder(code);
    std::vector<uint8_t> out(2 * message.size() + 4);
    size_t written = encoder.encode(message, out);
    written += encoder.finish(std::span(out).subspan(written));
    out.resize(written);
    return out;
}

void check_vector(const std::string& name,
                  const std::string& input,
                  const std::string& output,
                  size_t bits)
{
    BOOST_TEST_CONTEXT(name << " of " << input)
    {
        const auto& code = fec::find_convolutional_code(name);
        const auto message = test::from_hex(input);
        BOOST_TEST(fec::coded_bits(code, 8 * message.size()) == bits);
        auto expected = test::from_hex(output);
        auto actual =
            frame(code, message); // whole bytes before the tail are those of the vector
        const size_t whole = bits / 8;
        BOOST_REQUIRE(actual.size() >= whole);
        for (size_t i = 0; i < bits; ++i)
            BOOST_REQUIRE(get_bit(actual, i) == get_bit(expected, i));
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(golden_vectors_of_all_rates)
{
    unsigned checked = 0;
    const auto file = test::read_ccsds_vectors("convolutional.json");
    for (const auto& vector : file.at("vectors")) {
        const std::string input = vector.at("input_hex");
        check_vector("k7_1-2", input, vector.at("output_rate_1_2_G2_inverted_hex"),
                     8 * input.size());
        ++checked;
        for (const auto& [rate, out] : vector.at("punctured").items()) {
            check_vector(code_name(rate), input, out.at("hex"), out.at("bits"));
            ++checked;
        }
    }
    BOOST_TEST(checked == 15u);
}

BOOST_AUTO_TEST_CASE(frames_equal_the_slow_encoder)
{
    std::mt19937 rng(1);
    for (const auto& code : fec::convolutional_codes())
        for (const size_t bytes : {0, 1, 2, 6, 7, 8, 31, 100}) {
            BOOST_TEST_CONTEXT(code.name << ", " << bytes << " bytes")
            {
                const auto message = test::random_bytes(bytes, rng);
                const auto expected = reference::convolutional_encode(code, message, true);
                BOOST_TEST(expected.size() == fec::terminated_bits(code, bytes));
                BOOST_TEST((frame(code, message) == packed(expected)));
            }
        }
}

BOOST_AUTO_TEST_CASE(pieces_give_the_same_stream_and_the_next_frame_starts_anew)
{
    std::mt19937 rng(2);
    for (const auto& code : fec::convolutional_codes()) {
        fec::ConvolutionalEncoder encoder(code);
        for (int round = 0; round < 2; ++round) {
            const auto message = test::random_bytes(200, rng);
            std::vector<uint8_t> out(2 * message.size() + 4);
            size_t written = 0;
            for (size_t at = 0; at < message.size();) {
                const size_t count = std::min<size_t>(rng() % 9, message.size() - at);
                written += encoder.encode(std::span(message).subspan(at, count),
                                          std::span(out).subspan(written));
                at += count;
            }
            written += encoder.finish(std::span(out).subspan(written));
            out.resize(written);
            BOOST_TEST((out == frame(code, message)));
        }
    }
}

BOOST_AUTO_TEST_CASE(encoding_allocates_nothing)
{
    std::mt19937 rng(3);
    const auto message = test::random_bytes(100, rng);
    std::vector<uint8_t> out(2 * message.size() + 4);
    for (const auto& code : fec::convolutional_codes()) {
        const size_t before = test::allocations();
        BOOST_REQUIRE(before > 0);
        fec::ConvolutionalEncoder encoder(code);
        encoder.finish(std::span(out).subspan(encoder.encode(message, out)));
        BOOST_TEST(test::allocations() == before, code.name);
    }
}

BOOST_AUTO_TEST_CASE(unknown_names_are_refused_with_the_allowed_ones)
{
    BOOST_CHECK_EXCEPTION(fec::find_convolutional_code("k7_9-10"), std::invalid_argument,
                          [](const auto& e) {
                              return std::string(e.what()).find("k7_7-8") != std::string::npos;
                          });
}

BOOST_AUTO_TEST_CASE(generators_and_puncturing_are_those_of_the_standard)
{
    std::ifstream in(DEPINSAT_DATA "/ccsds/tm_coding.json");
    const auto facts = nlohmann::json::parse(in).at("convolutional");
    const auto impulse = reference::convolutional_encode({"", 1, 1, 1, false}, {0x80},
                                                         false); // its answer is the generators
    for (size_t i = 0; i < 7; ++i) {
        BOOST_TEST(impulse[2 * i] == facts.at("G1").get<std::string>()[i] - '0');
        BOOST_TEST(impulse[2 * i + 1] == facts.at("G2").get<std::string>()[i] - '0');
    }
    for (const auto& [rate, patterns] : facts.at("puncturing").items()) {
        const auto& code = fec::find_convolutional_code(code_name(rate));
        const std::string c1 = patterns.at("C1"), c2 = patterns.at("C2");
        BOOST_REQUIRE(code.period == c1.size());
        for (size_t i = 0; i < c1.size(); ++i) {
            BOOST_TEST((code.c1 >> i & 1) == unsigned(c1[i] - '0'));
            BOOST_TEST((code.c2 >> i & 1) == unsigned(c2[i] - '0'));
        }
        BOOST_TEST(!code.invert_c2);
    }
}
