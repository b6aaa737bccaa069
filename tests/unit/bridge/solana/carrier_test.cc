// What a user station knows of its transactions after a restart, and when nobody speaks of
// them.
#include "bridge/messages.h"
#include "bridge/solana/carrier.h"
#include "bridge/solana/request.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <thread>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace depinsat::bridge::solana;
using namespace std::chrono_literals;

namespace {

Json transactions()
{
    std::ifstream in(DEPINSAT_VECTORS "/solana/transactions.json");
    return Json::parse(in)["transactions"];
}

config::Station station_of(config::Role role, const link::PublicKey& peer)
{
    config::Station station;
    station.role = role;
    station.peers = {peer};
    config::Path path;
    path.delay = 1ms;
    path.waveform.symbol_rate_baud = 10'000'000;
    path.waveform.modcod = "qpsk_1-2";
    station.paths.push_back(path);
    config::SolanaBridge bridge;
    bridge.calls.gateways = {peer};
    station.solana.push_back(bridge);
    return station;
}

/// A user station with its link to a gateway, and the test as the node behind it.
struct World {
    struct Question {
        std::string method;
        Json params;
        Carrier::Done done;
    };

    World()
    {
        user.start();
        gateway.start();
        gateway.receive_keyed_kind(kSolanaTransaction,
                                   [this](const auto&, const auto& of, auto) { key = of; });
    }

    void start()
    {
        carrier.reset();
        carrier = std::make_unique<Carrier>(
            context, ordinary,
            [this](const auto&, const char* method, const Json& params, Carrier::Done done) {
                asked.push_back({method, params, std::move(done)});
            });
    }

    /// Hands the transaction over, and waits until the gateway has it.
    void send()
    {
        start();
        const Json vector = transactions()[0];
        const auto raw = from_base58(vector["base58"].get<std::string>(), 4096).value();
        signature = to_base58(std::get<Transaction>(decode_transaction(raw)).signature);
        carrier->send(station.solana[0], Json::array({vector["base58"]}),
                      [](const std::string&) {});
        run([this] { return state() == "at gateway"; });
    }

    void tell(News::What what, const Status& status = {})
    {
        const std::string before = state();
        gateway.send(user_key.public_key,
                     {link::Class::kTransaction, kSolanaNews,
                      encode(News{what, mark_of(key), {}, status})},
                     10s);
        run([&] { return state() != before; });
    }

    template <class Done>
    void run(Done done)
    {
        const auto end = std::chrono::steady_clock::now() + 30s;
        while (!done()) {
            BOOST_REQUIRE(std::chrono::steady_clock::now() < end);
            io.poll();
            carry(user, gateway);
            carry(gateway, user);
            std::this_thread::sleep_for(1ms);
        }
    }

    void carry(LinkDriver& from, LinkDriver& to)
    {
        std::vector<uint8_t> frame(2000);
        while (from.fill(++frames, frame, {}) > 0) {
            from.sent(frames, 0);
            to.receive(frame, 0);
        }
    }

    Json status() { return Json::parse(carrier->status_of({signature}))["result"]; }
    std::string state() { return status().value("state", "none"); }
    bool knows_status() { return carrier->statuses(Json::array({{signature}})).has_value(); }

    /// Answers the only question.
    void answer(const std::string& method, const Json& value)
    {
        BOOST_REQUIRE(asked.size() == 1u);
        const Question question = std::move(asked.front());
        asked.clear();
        BOOST_TEST(question.method == method);
        question.done(Json{{"result", {{"value", value}}}}.dump());
    }

    link::KeyPair user_key = link::generate_key_pair(), gateway_key = link::generate_key_pair();
    config::Station station = station_of(config::Role::kUser, gateway_key.public_key),
                    gateway_file = station_of(config::Role::kGateway, user_key.public_key);
    asio::io_context io;
    link::MemoryStore store, gateway_store;
    LinkDriver user{io, station, user_key, store},
        gateway{io, gateway_file, gateway_key, gateway_store};
    HttpClient http{io};
    Metrics metrics;
    BridgeCounters counters;
    Dictionaries dictionaries{station, user};
    BridgeContext context{io, station, user, http, metrics, counters, store, dictionaries};
    Ordinary ordinary{context, "solana", {}, {}}; // of no node
    std::vector<Question> asked;
    std::unique_ptr<Carrier> carrier;
    link::MessageKey key{};
    std::string signature;
    uint64_t frames = 0;
};

Json landed(const char* commitment)
{
    return {{"slot", 77},
            {"confirmations", 3},
            {"err", nullptr},
            {"confirmationStatus", commitment}};
}

} // namespace

BOOST_AUTO_TEST_CASE(states_outlive_the_process_and_are_asked_for_before_they_are_told)
{
    World world;
    world.send();
    world.tell(News::What::kStatus, {70, Commitment::kConfirmed, 1, {}});
    BOOST_TEST(world.knows_status());
    const Json before = world.status();
    world.start();
    BOOST_TEST((world.status() == before));
    BOOST_TEST(!world.knows_status()); // it may be another one by now
    world.carrier->ask_now_and_then();
    world.carrier->ask_now_and_then(); // once is enough
    world.answer("getSignatureStatuses", Json::array({landed("finalized")}));
    BOOST_TEST(world.state() == "final");
    BOOST_TEST(world.knows_status());
    world.carrier->ask_now_and_then();
    BOOST_TEST(world.asked.empty());
    world.start();
    BOOST_TEST(world.state() == "final");
}

BOOST_AUTO_TEST_CASE(it_has_expired_if_no_node_has_it_after_its_blockhash_has)
{
    World world;
    world.send();
    world.start();
    world.carrier->ask_now_and_then();
    world.answer("getSignatureStatuses", Json::array({nullptr}));
    world.answer("isBlockhashValid", false);
    BOOST_TEST(world.state() == "at gateway"); // perhaps it has got into a block in between
    world.answer("getSignatureStatuses", Json::array({nullptr}));
    BOOST_TEST(world.state() == "expired");
    world.start();
    BOOST_TEST(world.state() == "expired");
}

BOOST_AUTO_TEST_CASE(it_may_land_in_the_last_moment)
{
    World world;
    world.send();
    world.start();
    world.carrier->ask_now_and_then();
    world.answer("getSignatureStatuses", Json::array({nullptr}));
    world.answer("isBlockhashValid", false);
    world.answer("getSignatureStatuses", Json::array({landed("processed")}));
    BOOST_TEST(world.state() == "landed");
}

BOOST_DATA_TEST_CASE(an_answer_that_says_nothing_changes_nothing,
                     boost::unit_test::data::make({R"({"error":{"code":-32050}})",
                                                   R"({"result":{"value":[]}})",
                                                   R"({"result":{"value":7}})", "x"}),
                     answer)
{
    World world;
    world.send();
    world.start();
    world.carrier->ask_now_and_then();
    BOOST_REQUIRE(world.asked.size() == 1u);
    world.asked[0].done(answer);
    BOOST_TEST(world.state() == "at gateway");
    BOOST_TEST(!world.knows_status());
    world.carrier->ask_now_and_then(); // once more
    BOOST_TEST(world.asked.size() == 2u);
}

BOOST_AUTO_TEST_CASE(one_that_is_final_is_not_sent_once_more)
{
    World world;
    world.send();
    world.tell(News::What::kStatus, {70, Commitment::kFinalized, 255, {}});
    std::string result;
    world.carrier->send(world.station.solana[0], Json::array({transactions()[0]["base58"]}),
                        [&](const std::string& one) { result = one; });
    BOOST_TEST(result == R"({"result":")" + world.signature + "\"}");
    BOOST_TEST(world.state() == "final");
}
