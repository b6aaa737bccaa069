#include "depinsat/framing/plframe.h"

#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/modulation/mapper.h"
#include "dvbs2_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::framing;
using namespace depinsat::test;

BOOST_AUTO_TEST_CASE(lengths_equal_those_of_the_standard)
{
    BOOST_TEST(plframe_symbols(360, false) == 32490u);
    BOOST_TEST(plframe_symbols(360, true) == 33282u);
    BOOST_TEST(plframe_symbols(240, true) == 22194u);
    BOOST_TEST(plframe_symbols(90, true) == 8370u);
    BOOST_TEST(plframe_symbols(60, true) == 5598u);
    BOOST_TEST(plframe_symbols(kDummySlots, false) == 3330u);
}

BOOST_AUTO_TEST_CASE(no_pilot_block_follows_the_last_slot)
{
    BOOST_TEST(pilot_blocks(0) == 0u);
    BOOST_TEST(pilot_blocks(16) == 0u);
    BOOST_TEST(pilot_blocks(17) == 1u);
    BOOST_TEST(pilot_blocks(32) == 1u);
    BOOST_TEST(pilot_blocks(33) == 2u);
}

BOOST_DATA_TEST_CASE(pilots_lie_where_they_should_and_come_out_again,
                     bdata::make({0, 1, 15, 16, 17, 32, 33, 90, 360}),
                     slots)
{
    std::vector<Sample> xfecframe(size_t(slots) * kSlotSymbols);
    for (size_t i = 0; i < xfecframe.size(); ++i)
        xfecframe[i] = {float(i), -1.0f};
    std::vector<Sample> payload(payload_symbols(size_t(slots), true));
    insert_pilots(xfecframe, payload);

    size_t pilots = 0;
    for (const Sample symbol : payload)
        pilots += symbol == kUnmodulated;
    BOOST_TEST(pilots == pilot_blocks(size_t(slots)) * kPilotBlockSymbols);
    for (size_t block = 0; block < pilot_blocks(size_t(slots)); ++block)
        for (size_t i = 0; i < kPilotBlockSymbols; ++i)
            BOOST_TEST((payload[pilot_block_begin(block) + i] == kUnmodulated));

    std::vector<Sample> restored(xfecframe.size());
    remove_pilots(payload, restored);
    BOOST_TEST((restored == xfecframe));
}

namespace {

std::vector<Sample> plframe_of(const Dvbs2Chain& chain, std::span<const uint8_t> labels)
{
    std::vector<Sample> xfecframe(labels.size());
    modulation::map_labels(modulation::find_constellation(chain.constellation), labels,
                           xfecframe);
    std::vector<Sample> plframe(plframe_symbols(chain.slots, chain.pilots));
    write_plheader(chain.pls_code, std::span(plframe).first<kPlHeaderSymbols>());
    const auto payload = std::span(plframe).subspan(kPlHeaderSymbols);
    if (chain.pilots)
        insert_pilots(xfecframe, payload);
    else
        std::copy(xfecframe.begin(), xfecframe.end(), payload.begin());
    PlScrambler(chain.pl_scrambling_n).scramble(payload, payload);
    return plframe;
}

} // namespace

BOOST_DATA_TEST_CASE(plframes_equal_the_golden_chain, bdata::make(kDvbs2Chains), chain)
{
    const std::string name = chain.name;
    const auto labels = read_dvbs2_vector<uint8_t>(name + ".labels.u8");
    const auto expected = read_dvbs2_vector<Sample>(name + ".plframe.cf32");
    const auto plframe = plframe_of(chain, labels);
    BOOST_TEST(first_different_symbol(plframe, expected) == expected.size());
}
