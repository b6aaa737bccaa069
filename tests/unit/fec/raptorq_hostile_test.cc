// Wrong configuration, symbols from an enemy, and no memory taken while working.
#include "depinsat/fec/raptorq_decoder.h"

#include "allocation_counter.h"
#include "fec/raptorq_code.h"
#include "raptorq_channel.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::fec;
using depinsat::test::RaptorQSender;

namespace {

std::shared_ptr<const RaptorQPlan> plan_for(unsigned k)
{
    return std::make_shared<const RaptorQPlan>(k);
}

// Repair symbols that are sums of many others: an enemy's choice.
std::vector<uint32_t> heaviest_esis(uint32_t k, size_t count)
{
    const RaptorQCode code(k);
    std::vector<std::pair<int, uint32_t>> weights;
    for (uint32_t esi = k; esi < k + 100 * count; ++esi)
        weights.push_back({-code.neighbours(code.isi(esi)).lt, esi});
    std::sort(weights.begin(), weights.end());
    std::vector<uint32_t> esis;
    for (size_t i = 0; i < count; ++i)
        esis.push_back(weights[i].second);
    return esis;
}

} // namespace

BOOST_AUTO_TEST_CASE(impossible_sizes_are_refused_with_the_allowed_ones)
{
    BOOST_CHECK_EXCEPTION(RaptorQPlan(0), std::invalid_argument, [](const auto& error) {
        return std::string(error.what()) == "RaptorQ: source symbols are 1 to 8192, not 0";
    });
    BOOST_CHECK_THROW(RaptorQPlan(8193), std::invalid_argument);
    const auto plan = plan_for(10);
    for (const size_t bytes : {0, 1, 2, 3, 6, 1201, 65536}) {
        BOOST_CHECK_THROW(RaptorQEncoder(plan, bytes), std::invalid_argument);
        BOOST_CHECK_THROW(RaptorQDecoder(plan, bytes), std::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_symbol_is_refused)
{
    const auto plan = plan_for(10);
    RaptorQDecoder decoder(plan, 8);
    std::vector<uint8_t> symbol(8, 1);
    BOOST_TEST((decoder.add(symbol, 1u << 24) == RaptorQReception::Refused));
    BOOST_TEST((decoder.add(symbol, 0xffffffff) == RaptorQReception::Refused));
    BOOST_TEST((decoder.add({}, 3) == RaptorQReception::Refused));
    BOOST_TEST((decoder.add(std::span(symbol).first(7), 3) == RaptorQReception::Refused));
    BOOST_TEST((decoder.add(std::vector<uint8_t>(12), 3) == RaptorQReception::Refused));
    BOOST_TEST(decoder.received() == 0);
    BOOST_TEST((decoder.add(symbol, (1u << 24) - 1) == RaptorQReception::NeedsMore));

    const RaptorQEncoder encoder(plan, 8);
    BOOST_TEST(!encoder.encode(symbol, 1u << 24));
    BOOST_TEST(symbol == std::vector<uint8_t>(8, 1), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(symbols_with_wrong_contents_end_in_some_block)
{
    std::mt19937 rng(11);
    const auto plan = plan_for(40);
    RaptorQDecoder decoder(plan, 12);
    for (unsigned block = 0; block < 50; ++block) {
        decoder.reset();
        for (unsigned i = 0; i < 400 && !decoder.decoded(); ++i) {
            std::vector<uint8_t> junk(rng() % 4 == 0 ? rng() % 30 : 12);
            for (auto& octet : junk)
                octet = uint8_t(rng());
            decoder.add(junk, rng() >> rng() % 32);
        }
        BOOST_TEST(decoder.decoded());
        BOOST_TEST(decoder.received() <= 40 + kRaptorQMaxOverhead);
    }
}

// Symbols that share few sums with any other leave nothing to peel. They either give the block
// or use up what is stored, and the decoder then works on.
BOOST_AUTO_TEST_CASE(chosen_symbols_use_up_no_more_than_is_set_aside)
{
    const unsigned k = 500;
    const auto plan = plan_for(k);
    RaptorQSender sender(plan, 4, 1);
    const auto esis = heaviest_esis(k, k + kRaptorQMaxOverhead + 5);
    RaptorQDecoder decoder(plan, 4);
    size_t exhausted = 0;
    for (const uint32_t esi : esis)
        exhausted += decoder.add(sender.symbol(esi), esi) == RaptorQReception::Exhausted;
    BOOST_TEST((decoder.decoded() || exhausted == 5));
    decoder.reset();
    for (const uint32_t esi : sender.received(0.1, 5))
        decoder.add(sender.symbol(esi), esi);
    BOOST_TEST(decoder.decoded());
}

BOOST_AUTO_TEST_CASE(no_call_takes_memory)
{
    const auto plan = plan_for(300);
    RaptorQSender sender(plan, 64, 9);
    RaptorQEncoder encoder(plan, 64);
    RaptorQDecoder decoder(plan, 64);
    std::vector<uint8_t> symbol(64);
    for (unsigned block = 0; block < 30; ++block) {
        const auto esis = sender.received(block / 29.0, 4);
        const size_t before = depinsat::test::allocations();
        encoder.set_source(sender.source);
        decoder.reset();
        for (const uint32_t esi : esis) {
            encoder.encode(symbol, esi);
            decoder.add(symbol, esi);
        }
        const size_t after = depinsat::test::allocations();
        BOOST_TEST(after == before);
        BOOST_TEST(decoder.decoded());
    }
}
