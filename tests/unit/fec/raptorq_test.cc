#include "depinsat/fec/raptorq_decoder.h"

#include "raptorq_channel.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat::fec;
using depinsat::test::RaptorQSender;

namespace {

std::shared_ptr<const RaptorQPlan> plan_for(unsigned k)
{
    return std::make_shared<const RaptorQPlan>(k);
}

bool is_source(const RaptorQDecoder& decoder, const RaptorQSender& sender)
{
    return decoder.decoded() && std::ranges::equal(decoder.source(), sender.source);
}

// Gives symbols until the block is there. @return how many over K it took.
int give_until_decoded(RaptorQDecoder& decoder, RaptorQSender& sender, double loss)
{
    const int k = int(decoder.plan().source_symbols());
    int given = 0;
    for (const uint32_t esi : sender.received(loss, 10)) {
        ++given;
        if (decoder.add(sender.symbol(esi), esi) == RaptorQReception::Decoded)
            return given - k;
        BOOST_REQUIRE(!decoder.decoded());
    }
    return 1000;
}

} // namespace

BOOST_DATA_TEST_CASE(losses_of_any_kind_are_made_good,
                     bdata::make({1, 2, 4, 10, 101, 1000, 8192}) * bdata::make({4, 28, 1280}),
                     k,
                     bytes)
{
    const auto plan = plan_for(unsigned(k));
    RaptorQSender sender(plan, size_t(bytes), unsigned(k + bytes));
    RaptorQDecoder decoder(plan, size_t(bytes));
    for (const double loss : {0.0, 0.1, 0.5, 1.0}) {
        decoder.reset();
        BOOST_TEST(give_until_decoded(decoder, sender, loss) <= 3);
        BOOST_TEST(is_source(decoder, sender), "loss " << loss);
    }
}

// Each row of the table of sizes, with as many padding symbols as there can be and with none.
BOOST_AUTO_TEST_CASE(every_size_of_the_standard_is_coded)
{
    unsigned blocks = 0;
    for (unsigned k = 1; k <= kRaptorQMaxSourceSymbols; ++blocks) {
        const auto plan = plan_for(k);
        RaptorQSender sender(plan, 4, k);
        RaptorQDecoder decoder(plan, 4);
        BOOST_TEST(give_until_decoded(decoder, sender, 0.2) <= 3, "K = " << k);
        BOOST_TEST(is_source(decoder, sender), "K = " << k);
        k = k < plan->extended_symbols() ? plan->extended_symbols() : k + 1;
    }
    BOOST_TEST(blocks > 500);
}

BOOST_DATA_TEST_CASE(every_simd_target_decodes,
                     bdata::make(depinsat::test::simd_targets()) *
                         bdata::make({4, 12, 16, 60, 64, 100, 516}),
                     target,
                     bytes)
{
    const depinsat::test::OnlyTarget only(target);
    const auto plan = plan_for(200);
    RaptorQSender sender(plan, size_t(bytes), 7);
    RaptorQDecoder decoder(plan, size_t(bytes));
    BOOST_TEST(give_until_decoded(decoder, sender, 0.3) <= 3);
    BOOST_TEST(is_source(decoder, sender), hwy::TargetName(target));
}

BOOST_AUTO_TEST_CASE(source_symbols_alone_are_the_block)
{
    const auto plan = plan_for(50);
    RaptorQSender sender(plan, 40, 1);
    RaptorQDecoder decoder(plan, 40);
    for (uint32_t esi = 50; esi-- > 0;) {
        BOOST_TEST(!decoder.decoded());
        decoder.add(std::span(sender.source).subspan(esi * 40, 40), esi);
    }
    BOOST_TEST(is_source(decoder, sender));
}

BOOST_AUTO_TEST_CASE(encoder_gives_the_source_symbols_back)
{
    RaptorQSender sender(plan_for(30), 8, 1);
    for (uint32_t esi = 0; esi < 30; ++esi)
        BOOST_TEST(std::ranges::equal(sender.symbol(esi),
                                      std::span(sender.source).subspan(esi * 8, 8)));
}

BOOST_AUTO_TEST_CASE(too_few_symbols_are_reported)
{
    const auto plan = plan_for(101);
    RaptorQSender sender(plan, 16, 3);
    RaptorQDecoder decoder(plan, 16);
    auto esis = sender.received(0.2, 0);
    esis.pop_back();
    for (const uint32_t esi : esis)
        BOOST_TEST((decoder.add(sender.symbol(esi), esi) == RaptorQReception::NeedsMore));
    BOOST_TEST(!decoder.decoded());
    BOOST_TEST(decoder.received() == 100);
}

BOOST_AUTO_TEST_CASE(duplicates_do_not_count)
{
    const auto plan = plan_for(20);
    RaptorQSender sender(plan, 16, 4);
    RaptorQDecoder decoder(plan, 16);
    const auto esis = sender.received(0.5, 5);
    for (size_t i = 0; i < 19; ++i) {
        BOOST_TEST(
            (decoder.add(sender.symbol(esis[i]), esis[i]) == RaptorQReception::NeedsMore));
        for (size_t old = 0; old <= i; ++old)
            BOOST_TEST((decoder.add(sender.symbol(esis[old]), esis[old]) ==
                        RaptorQReception::Duplicate));
    }
    BOOST_TEST(decoder.received() == 19);
    for (size_t i = 19; i < esis.size(); ++i)
        decoder.add(sender.symbol(esis[i]), esis[i]);
    BOOST_TEST(is_source(decoder, sender));
    BOOST_TEST((decoder.add(sender.symbol(esis[0]), esis[0]) == RaptorQReception::Duplicate));
}

BOOST_AUTO_TEST_CASE(symbols_after_the_last_that_was_needed_change_nothing)
{
    const auto plan = plan_for(20);
    RaptorQSender sender(plan, 16, 5);
    RaptorQDecoder decoder(plan, 16);
    give_until_decoded(decoder, sender, 0.5);
    const unsigned received = decoder.received();
    const std::vector<uint8_t> junk(16, 0xa5);
    BOOST_TEST((decoder.add(junk, 0xfffffe) == RaptorQReception::Decoded));
    for (uint32_t esi = 0; esi < 20; ++esi) // of which some are duplicates
        decoder.add(junk, esi);
    BOOST_TEST(decoder.received() == received);
    BOOST_TEST(is_source(decoder, sender));
}

BOOST_AUTO_TEST_CASE(a_decoder_serves_block_after_block)
{
    const auto plan = plan_for(64);
    RaptorQDecoder decoder(plan, 20);
    for (unsigned block = 0; block < 20; ++block) {
        RaptorQSender sender(plan, 20, block);
        decoder.reset();
        BOOST_TEST(decoder.received() == 0);
        BOOST_TEST(give_until_decoded(decoder, sender, 0.4) <= 3);
        BOOST_TEST(is_source(decoder, sender));
    }
}
