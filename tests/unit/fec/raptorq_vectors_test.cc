// Encoding and decoding against golden vectors and against the equations of the standard.
#include "depinsat/fec/raptorq_decoder.h"

#include "raptorq_channel.h"
#include "reference/raptorq.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::fec;

namespace {

using Octets = std::vector<uint8_t>;

const std::string kVectors = DEPINSAT_VECTORS "/raptorq/repair_symbols.json";
const std::string kData = DEPINSAT_VECTORS "/../../lib/data/raptorq";

Octets generated_octets(size_t count)
{
    Octets octets(count);
    for (uint32_t x = 1; auto& octet : octets)
        octet = uint8_t((x = 1664525 * x + 1013904223) >> 24);
    return octets;
}

Octets from_hex(const std::string& text)
{
    Octets octets;
    for (size_t i = 0; i < text.size(); i += 2)
        octets.push_back(uint8_t(std::stoul(text.substr(i, 2), nullptr, 16)));
    return octets;
}

void check_vector(const nlohmann::json& vector)
{
    const unsigned k = vector["K"];
    const size_t bytes = vector["symbol_size_T"];
    const auto plan = std::make_shared<const RaptorQPlan>(k);
    BOOST_TEST(plan->extended_symbols() == vector["Kprime"].get<unsigned>());
    RaptorQEncoder encoder(plan, bytes);
    encoder.set_source(generated_octets(k * bytes));
    unsigned checked = 0;
    for (const auto& [esi, hex] : vector["encoding_symbols"].items()) {
        Octets symbol(bytes);
        BOOST_REQUIRE(encoder.encode(symbol, uint32_t(std::stoul(esi))));
        BOOST_TEST(symbol == from_hex(hex), "K = " << k << ", ESI " << esi);
        ++checked;
    }
    BOOST_TEST(checked == 7);
}

} // namespace

BOOST_DATA_TEST_CASE(repair_symbols_are_those_of_independent_encoders,
                     bdata::make(test::simd_targets()),
                     target)
{
    const test::OnlyTarget only(target);
    const auto file = nlohmann::json::parse(std::ifstream(kVectors));
    BOOST_TEST(file["vectors"].size() == 8);
    BOOST_TEST_CONTEXT(hwy::TargetName(target))
    for (const auto& vector : file["vectors"])
        check_vector(vector);
}

// Sizes of symbols around those of vectors, each SIMD target, rows with and without padding.
BOOST_DATA_TEST_CASE(encoding_symbols_are_those_of_the_equations,
                     bdata::make({1, 2, 4, 9, 10, 11, 60, 101, 180}),
                     k)
{
    const reference::RaptorQ standard(unsigned(k), kData);
    const auto plan = std::make_shared<const RaptorQPlan>(unsigned(k));
    for (const size_t bytes : {4, 12, 16, 20, 60, 64, 68, 132, 256, 580}) {
        const Octets block = generated_octets(size_t(k) * bytes);
        std::vector<Octets> source;
        for (int i = 0; i < k; ++i)
            source.emplace_back(block.begin() + ptrdiff_t(i * bytes),
                                block.begin() + ptrdiff_t((i + 1) * bytes));
        const auto intermediate = standard.intermediate(source);
        for (const int64_t target : test::simd_targets()) {
            const test::OnlyTarget only(target);
            RaptorQEncoder encoder(plan, bytes);
            encoder.set_source(block);
            for (const unsigned esi : {0, k - 1, k, k + 1, k + 7, k + 1000, 0xffffff}) {
                Octets symbol(bytes);
                BOOST_REQUIRE(encoder.encode(symbol, esi));
                const uint32_t isi = int(esi) < k ? esi : esi + standard.padded() - unsigned(k);
                BOOST_TEST(symbol == standard.encode(intermediate, isi),
                           hwy::TargetName(target) << ", T = " << bytes << ", ESI " << esi);
            }
        }
    }
}

// No set of symbols that determines the block is given up, and none is solved that does not.
BOOST_DATA_TEST_CASE(exactly_those_receptions_are_decoded_that_determine_the_block,
                     bdata::make({7, 10, 26}) * bdata::make({0, 1}),
                     k,
                     overhead)
{
    const reference::RaptorQ standard(unsigned(k), kData);
    const auto plan = std::make_shared<const RaptorQPlan>(unsigned(k));
    test::RaptorQSender sender(plan, 4, 1);
    RaptorQDecoder decoder(plan, 4);
    unsigned failures = 0;
    for (unsigned reception = 0; reception < 1000; ++reception) {
        decoder.reset();
        std::vector<uint32_t> isis;
        for (const uint32_t esi : sender.received(1.0, unsigned(overhead))) {
            decoder.add(sender.symbol(esi), esi);
            isis.push_back(esi + standard.padded() - unsigned(k));
        }
        BOOST_REQUIRE_EQUAL(decoder.decoded(), standard.determine(isis, unsigned(k)));
        failures += !decoder.decoded();
    }
    BOOST_TEST((overhead == 1 || failures > 0)); // so that both answers are compared
}
