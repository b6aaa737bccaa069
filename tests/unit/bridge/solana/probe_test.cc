// Which of Solana's nodes count as good.
#include "bridge/solana/probe.h"

#include "bridge/json_rpc/text.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace depinsat::bridge::solana;
using namespace std::chrono_literals;

namespace {

struct World {
    Probe probe;
    config::Upstream node;
    link::Time now = 1000s;

    std::string method() { return json_rpc::Json::parse(probe.request(node).body)["method"]; }

    bool takes(const std::string& result, unsigned status = 200)
    {
        return probe.is_good(node,
                             {HttpResult::Fault::kNone,
                              status,
                              R"({"jsonrpc":"2.0","id":1,)" + result + "}",
                              {},
                              {}},
                             now);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(health_and_slot_are_asked_for_by_turns)
{
    World world;
    BOOST_TEST(world.method() == "getSlot");
    BOOST_TEST(world.method() == "getHealth");
    BOOST_TEST(world.method() == "getSlot");
    world.node.url.host = "other";
    BOOST_TEST(world.method() == "getSlot");
}

BOOST_AUTO_TEST_CASE(a_node_says_itself_that_it_is_behind)
{
    World world;
    BOOST_TEST(world.takes(R"("result":"ok")"));
    BOOST_TEST(world.takes(R"("result":12345)"));
    BOOST_TEST(
        !world.takes(R"("error":{"code":-32005,"message":"Node is behind by 42 slots"})"));
    BOOST_TEST(!world.takes(R"("result":"ok")", 503));
    BOOST_TEST(!world.takes(R"("result":null)"));
    BOOST_TEST(!world.takes(R"("result":-1)"));
    BOOST_TEST(!world.takes(R"("result":{})"));
}

BOOST_AUTO_TEST_CASE(a_slot_that_stands_still_is_stale)
{
    World world;
    BOOST_TEST(world.takes(R"("result":100)"));
    world.now += 90s;
    BOOST_TEST(world.takes(R"("result":100)"));
    world.now += 1s;
    BOOST_TEST(!world.takes(R"("result":100)"));
    BOOST_TEST(!world.takes(R"("result":"ok")"));
    BOOST_TEST(!world.takes(R"("result":99)"));
    BOOST_TEST(world.takes(R"("result":101)"));
    world.now += 1000s;
    world.node.max_head_age = 0s;
    BOOST_TEST(world.takes(R"("result":101)"));
}
