#include "depinsat/modulation/mapper.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace depinsat;
using namespace depinsat::modulation;

BOOST_AUTO_TEST_CASE(each_label_becomes_its_point)
{
    for (const auto& constellation : constellations()) {
        std::vector<uint8_t> labels;
        for (unsigned label = 0; label < constellation.points.size(); ++label)
            labels.push_back(uint8_t(label));
        std::vector<Sample> symbols(labels.size());
        map_labels(constellation, labels, symbols);
        for (size_t i = 0; i < labels.size(); ++i)
            BOOST_TEST((symbols[i] == constellation.points[i]));
    }
}

BOOST_AUTO_TEST_CASE(higher_bits_of_a_label_are_ignored)
{
    const std::vector<uint8_t> labels{0xF8 | 5};
    std::vector<Sample> symbols(1);
    const auto& constellation = find_constellation("8PSK");
    map_labels(constellation, labels, symbols);
    BOOST_TEST((symbols[0] == constellation.points[5]));
}

BOOST_AUTO_TEST_CASE(nothing_becomes_nothing)
{
    map_labels(find_constellation("QPSK"), {}, {});
}
