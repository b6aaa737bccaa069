// What the two ends of the beacon bridge say to each other, and what is refused.
#include "bridge/beacon/wire.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::beacon;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(a_hello_tells_deadlines_that_are_not_the_usual_ones)
{
    const WireHello usual{true, 5, {}}, own{false, 1, {{2500ms, 60s}, {1ms, 6s}}};
    BOOST_TEST(encode(usual).size() == 2u);
    for (const WireHello& hello : {usual, own}) {
        WireHello back;
        BOOST_REQUIRE(decode(encode(hello), back));
        BOOST_TEST((back.deadlines == hello.deadlines));
        BOOST_TEST(back.topics == hello.topics);
    }
    for (const auto due : {0ms, 60'001ms}) {
        WireHello back;
        BOOST_TEST(!decode(encode(WireHello{true, 1, {{due, 8s}, {}}}), back));
    }
}

BOOST_AUTO_TEST_CASE(answers_and_verdicts_have_a_status_that_a_client_can_be_told)
{
    const Body body{Content::kJson, "{}"};
    const auto is_taken = [](unsigned status, const Body& with) {
        Known near, far;
        WireAnswer answer;
        return decode(encode(WireAnswer{1, {status, with, {}}}, near), far, answer) ==
               Unpacked::kDone;
    };
    for (const unsigned status : {0u, 200u, 202u, 206u, 404u, 503u, 599u})
        BOOST_TEST(is_taken(status, body), status);
    for (const unsigned status : {1u, 100u, 101u, 199u, 204u, 304u, 600u, 999u, 65736u})
        BOOST_TEST(!is_taken(status, body), status);
    for (const unsigned status : {204u, 304u})
        BOOST_TEST(is_taken(status, {}), status);
    WireVerdict verdict;
    BOOST_TEST(decode(encode(WireVerdict{1, 400, body}), verdict));
    BOOST_TEST(!decode(encode(WireVerdict{1, 100, body}), verdict));
    Known near, far;
    WireAnswer answer;
    const ApiReply long_field{
        200, body, {{std::string(kReplyFields[0]), std::string(1025, 'a')}}};
    BOOST_TEST(
        (decode(encode(WireAnswer{1, long_field}, near), far, answer) == Unpacked::kMalformed));
}
