#include "bridge/split_tcp/wire.h"

#include "bridge/messages.h"

#include <boost/test/unit_test.hpp>

namespace {

using namespace depinsat::bridge;
using namespace depinsat::bridge::split_tcp;
using Bytes = std::vector<uint8_t>;

BOOST_AUTO_TEST_CASE(bytes_are_as_the_header_says)
{
    BOOST_TEST((encode({0x01020304, Open{"fix", {'h', 'i'}}}) ==
                Bytes{1, 2, 3, 4, 3, 'f', 'i', 'x', 'h', 'i'}));
    BOOST_TEST((encode({1, Data{300, {7}}}) == Bytes{0, 0, 0, 1, 0xAC, 0x02, 7}));
    BOOST_TEST((encode({1, End{5}}) == Bytes{0, 0, 0, 1, 5}));
    BOOST_TEST((encode({1, Credit{128}}) == Bytes{0, 0, 0, 1, 0x80, 0x01}));
    BOOST_TEST((encode({1, Reset{Reason::kBusy}}) == Bytes{0, 0, 0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_again)
{
    const Frame frames[] = {{7, Open{std::string(kMaxNameBytes, 'x'), {}}},
                            {~0u, Data{(uint64_t(1) << 63) - 1, Bytes(kMaxDataBytes, 9)}},
                            {0, End{0}},
                            {1, Credit{1u << 20}},
                            {2, Reset{Reason::kViolation}}};
    for (const Frame& frame : frames) {
        const auto again = decode(kind_of(frame.body), encode(frame));
        BOOST_REQUIRE(again);
        BOOST_TEST(again->connection == frame.connection);
        BOOST_TEST(again->body.index() == frame.body.index());
        BOOST_TEST((encode(*again) == encode(frame)));
    }
}

BOOST_AUTO_TEST_CASE(what_is_malformed_is_refused)
{
    const std::pair<uint8_t, Bytes> bad[] = {
        {kTcpOpen, {}},
        {kTcpOpen, {0, 0, 0, 1}},
        {kTcpOpen, {0, 0, 0, 1, 0, 'x'}},
        {kTcpOpen, {0, 0, 0, 1, 2, 'x'}},
        {kTcpData, {0, 0, 0, 1, 0}},
        {kTcpData, {0, 0, 0, 1, 0x80}},
        {kTcpData, {0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 7}},
        {kTcpEnd, {0, 0, 0, 1, 5, 5}},
        {kTcpCredit, {0, 0, 0, 1}},
        {kTcpReset, {0, 0, 0, 1, kReasons}},
        {kTcpReset, {0, 0, 0, 1}},
        {kEthereumRequest, {0, 0, 0, 1, 1}},
    };
    for (const auto& [kind, bytes] : bad)
        BOOST_TEST(!decode(kind, bytes).has_value());
    Bytes long_data(4 + 1 + kMaxDataBytes + 1);
    BOOST_TEST(!decode(kTcpData, long_data).has_value());
}

} // namespace
