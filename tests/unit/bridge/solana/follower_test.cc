// A transaction at nodes that take it, refuse it, lose it or execute it.
#include "bridge/solana/follower.h"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace depinsat::bridge;
using namespace depinsat::bridge::solana;
using namespace std::chrono_literals;
using What = News::What;
using json_rpc::Json;

namespace {

const std::string kTaken = R"({"result":"signature"})",
                  kRefused = R"({"error":{"code":-32002,"message":"no"}})",
                  kValid = R"({"result":{"value":true}})",
                  kInvalid = R"({"result":{"value":false}})",
                  kUnseen = R"({"result":{"value":[null]}})";

std::string seen(const std::string& commitment)
{
    return R"({"result":{"value":[{"slot":7,"err":null,"confirmationStatus":")" + commitment +
           "\"}]}}";
}

struct World {
    asio::io_context io;
    std::vector<std::string> verdicts{kTaken}; ///< of the nodes; empty: no answer
    std::string validity = kValid, status = kUnseen;
    std::vector<Json> asked{};
    std::vector<News> news{};
    bool ended = false;
    std::shared_ptr<Follower> follower;

    void start()
    {
        ReadSending read;
        read.sending.raw = {1, 2, 3};
        read.transaction.signature[0] = 9;
        follower = std::make_shared<Follower>(
            io,
            Follower::Nodes{verdicts.size(),
                            [this](size_t node, const std::string& call, auto answered) {
                                asked.push_back(Json::parse(call));
                                const std::string answer = answer_of(node);
                                asio::post(io, [=] {
                                    answered(answer.empty() ? std::optional<std::string>()
                                                            : answer);
                                });
                            }},
            read, [this](const News& one) { news.push_back(one); }, [this] { ended = true; });
        follower->start();
    }

    std::string answer_of(size_t node) const
    {
        const std::string method = asked.back()["method"];
        return method == "sendTransaction"    ? verdicts[node]
               : method == "isBlockhashValid" ? validity
                                              : status;
    }

    size_t count(const std::string& method) const
    {
        return size_t(std::ranges::count(
            asked, method, [](const Json& call) { return call["method"].get<std::string>(); }));
    }

    template <class Done>
    void run_until(Done done)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < end)
            io.run_one_for(10ms);
        BOOST_REQUIRE(done());
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(all_nodes_have_to_refuse_it)
{
    World world;
    world.verdicts = {kRefused, kRefused};
    world.start();
    world.run_until([&] { return world.ended; });
    BOOST_REQUIRE(world.news.size() == 1u);
    BOOST_TEST((world.news[0].what == What::kRefused));
    BOOST_TEST(world.news[0].error == kRefused);
    BOOST_TEST((world.news[0].mark != News::Mark{}));
}

BOOST_AUTO_TEST_CASE(the_first_that_takes_it_decides_and_it_is_followed_to_its_end)
{
    World world;
    world.verdicts = {kRefused, kTaken, ""};
    world.status = seen("confirmed");
    world.start();
    world.run_until([&] { return world.news.size() == 2; });
    BOOST_TEST((world.news[0].what == What::kAccepted));
    BOOST_TEST((world.news[1].what == What::kStatus));
    BOOST_TEST(world.news[1].status.slot == 7u);
    BOOST_TEST(!world.ended);
    world.status = seen("finalized");
    world.run_until([&] { return world.ended; });
    BOOST_TEST(world.news.size() == 3u);
    BOOST_TEST(world.count("sendTransaction") == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_lost_is_sent_again_without_preflight_until_its_blockhash_expires)
{
    World world;
    world.start();
    world.run_until([&] { return world.count("sendTransaction") == 2; });
    const auto preflight = [&](const Json& call) {
        return !call["params"][1]["skipPreflight"].get<bool>();
    };
    BOOST_TEST(preflight(world.asked.front()));
    BOOST_TEST(!preflight(world.asked.back()));
    world.validity = kInvalid;
    world.run_until([&] { return world.ended; });
    BOOST_TEST((world.news.back().what == What::kExpired));
}

BOOST_AUTO_TEST_CASE(nothing_is_told_after_stop)
{
    World world;
    world.start();
    world.follower->stop();
    world.follower.reset();
    for (int i = 0; i < 10; ++i)
        world.io.run_one_for(10ms);
    BOOST_TEST(world.news.empty());
    BOOST_TEST(!world.ended);
    BOOST_TEST(world.asked.size() == 1u);
}
