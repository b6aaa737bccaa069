// What becomes of a carried transaction when heads and receipts come, change and go.
#include "bridge/carried_record.h"
#include "bridge/ethereum/carrier.h"

#include "heads.h"

#include <boost/test/data/test_case.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace depinsat::test;
using namespace std::chrono_literals;

namespace {

config::Station station_of(size_t gateways, size_t agreement)
{
    config::Station station;
    config::EthereumBridge bridge;
    for (size_t i = 0; i < gateways; ++i) {
        bridge.gateways.push_back(link::generate_key_pair().public_key);
        station.gateways.push_back({bridge.gateways.back(), {}, config::Gateway::Trust::kNone});
    }
    bridge.agreement = agreement;
    bridge.final_blocks = 3;
    station.peers = bridge.gateways;
    station.ethereum.push_back(bridge);
    config::Path path;
    path.waveform.symbol_rate_baud = 500'000;
    path.waveform.modcod = "qpsk_1-2";
    station.paths.push_back(path);
    return station;
}

/// A user station whose gateways are views that the test fills.
struct Carrying {
    explicit Carrying(size_t gateway_count = 1, size_t agreement = 1)
        : station(station_of(gateway_count, agreement))
    {
        send(carrier, [](const std::string&) {});
        for (size_t i = 0; i < gateway_count; ++i)
            gateways.view(key(i)).take_news(news(nullptr, block(0)), now());
    }

    const link::PublicKey& key(size_t gateway) const
    {
        return station.ethereum[0].gateways[gateway];
    }
    View& view(size_t gateway) { return gateways.view(key(gateway)); }

    void send(Carrier& by, const Carrier::Done& done)
    {
        const Json call{{"method", "eth_sendRawTransaction"},
                        {"params", Json::array({to_hex(proven.raw)})}};
        by.send(station.ethereum[0], key(0), call.dump(), done);
    }

    /// The first gateway tells the receipt, the others the block.
    void include()
    {
        view(0).take_news(news(block(0), block(1), {proven.poll}, {proven.result}), now());
        for (size_t i = 1; i < station.gateways.size(); ++i)
            view(i).take_news(news(block(0), block(1)), now());
        carrier.look(nullptr);
        BOOST_TEST(state() == "included");
    }

    Json status(const Carrier& of) const
    {
        const Json call{{"params", Json::array({to_hex(proven.hash)})}};
        return Json::parse(of.status_of(call.dump()))["result"];
    }
    std::string state() const { return status(carrier)["state"]; }

    ProvenReceipt proven{22};
    config::Station station;
    asio::io_context io;
    link::MemoryStore store;
    LinkDriver link{io, station, link::generate_key_pair(), store};
    HttpClient http{io};
    Metrics metrics;
    BridgeCounters counters;
    Dictionaries dictionaries{station, link};
    BridgeContext context{io, station, link, http, metrics, counters, store, dictionaries};
    Gateways gateways{station, link};
    Carrier carrier{context, gateways};
};

} // namespace

BOOST_DATA_TEST_CASE(a_transaction_whose_block_is_gone_is_accepted_again,
                     boost::unit_test::data::make({false, true}),
                     is_told)
{
    Carrying world;
    world.include();
    const auto& proven = world.proven;
    if (is_told) // else the head must do
        world.view(0).take_news(news(block(1), reorganised(), {proven.known}, {kNoResult}),
                                now());
    else
        world.view(0).take_news(news(block(1), reorganised()), now());
    for (int i = 0; i < 2; ++i) {
        world.carrier.look(nullptr);
        BOOST_TEST(world.state() == "accepted");
    }
    const Json status = world.status(world.carrier);
    BOOST_TEST((status["blockNumber"].is_null() && status["verified"] == false));
    BOOST_TEST(world.carrier.status().dump() == R"({"accepted":1})");
    BOOST_TEST(world.carrier.reorganised() == 1u);
    Carrier again(world.context, world.gateways); // as after a restart
    BOOST_TEST((world.status(again) == status));
    BOOST_TEST(again.to_be_repeated(9).size() == 1u);
}

BOOST_AUTO_TEST_CASE(it_goes_to_a_node_until_one_has_answered)
{
    Carrying world;
    world.include();
    BOOST_TEST(world.carrier.to_be_repeated(9).empty());
    world.view(0).take_news(news(block(1), reorganised()), now());
    world.carrier.look(nullptr);
    const auto& hash = world.proven.hash;
    const std::optional hash_answer = hash_result(hash);
    for (const auto& answer : {std::optional<std::string>(), hash_answer}) {
        BOOST_TEST(world.carrier.to_be_repeated(0).empty());
        const auto all = world.carrier.to_be_repeated(9);
        BOOST_REQUIRE(all.size() == 1u);
        BOOST_TEST((all[0].hash == hash));
        BOOST_TEST(all[0].call.find(to_hex(world.proven.raw)) != std::string::npos);
        BOOST_TEST(world.carrier.to_be_repeated(9).empty()); // it is on its way
        world.carrier.end_again(hash, answer);
    }
    BOOST_TEST(world.carrier.to_be_repeated(9).empty());
}

BOOST_AUTO_TEST_CASE(one_that_stands_in_another_block_is_included_there)
{
    Carrying world;
    world.include();
    Json other = block(1), moved = world.proven.receipt;
    other["timestamp"] = to_quantity(*quantity_at(other, "timestamp") + 1);
    set_right_hash(other);
    moved["blockHash"] = other["hash"];
    const Json result{{"result", moved}};
    world.view(0).take_news(news(block(1), other, {world.proven.known}, {result.dump()}),
                            now());
    world.carrier.look(nullptr);
    BOOST_TEST(world.state() == "included");
    BOOST_TEST(world.carrier.reorganised() == 1u);
    BOOST_TEST(world.carrier.to_be_repeated(9).empty());
}

BOOST_AUTO_TEST_CASE(one_of_three_gateways_takes_nothing_back)
{
    Carrying world(3, 2);
    world.include();
    BOOST_TEST(world.status(world.carrier)["verified"] == true);
    world.view(2).take_news(news(block(1), reorganised()), now());
    world.carrier.look(nullptr);
    BOOST_TEST(world.state() == "included");
    world.view(1).take_news(news(block(1), reorganised()), now());
    world.carrier.look(nullptr);
    BOOST_TEST(world.state() == "accepted");
    BOOST_TEST(world.status(world.carrier)["verified"] == false);
}

BOOST_AUTO_TEST_CASE(the_ordinary_connection_takes_back_what_its_chain_has_left)
{
    Carrying world;
    world.include();
    auto& carrier = world.carrier;
    const Json low{{"number", "0x3"}}, high{{"number", "0x4"}};
    carrier.take_ordinary(world.proven.hash, nullptr); // a node that is behind
    BOOST_TEST(world.state() == "included");
    carrier.doubt();
    BOOST_TEST(carrier.open(9).size() == 1u);
    carrier.look(high);
    BOOST_TEST(world.state() == "included"); // final it cannot be
    carrier.take_ordinary(world.proven.hash, nullptr);
    carrier.look(low);
    BOOST_TEST(world.state() == "accepted"); // whatever the gateway said before
    carrier.take_ordinary(world.proven.hash, world.proven.receipt);
    carrier.look(low);
    BOOST_TEST(world.state() == "included");
    BOOST_TEST(world.status(carrier)["verified"] == true);
    BOOST_TEST(carrier.to_be_repeated(9).empty());
    carrier.look(high);
    BOOST_TEST(world.state() == "final");
    BOOST_TEST(!carrier.has_unfinished());
}

BOOST_AUTO_TEST_CASE(a_refused_transaction_may_be_tried_again)
{
    Carrying world;
    const auto& hash = world.proven.hash;
    const std::string refusal = R"({"error":{"code":-32003,"message":"insufficient funds"}})";
    const Json record = Json::from_cbor(world.store.get(kEthereumCarried, hash).value());
    Json refused = record;
    refused["state"] = int(Carrier::State::kRefused);
    refused["refusal"] = refusal;
    world.store.put(kEthereumCarried, hash, Json::to_cbor(refused));
    Carrier carrier(world.context, world.gateways);
    const auto state = [&] {
        return world.status(carrier)["state"].get<std::string>();
    };
    for (const bool taken : {false, true}) {
        BOOST_TEST(state() == "refused");
        const std::string answer = taken ? hash_result(hash) : refusal;
        std::string said;
        world.send(carrier, [&](const std::string& result) { said = result; });
        BOOST_TEST(state() == "queued");
        BOOST_TEST(carrier.to_be_repeated(9).size() == 1u);
        carrier.end_again(hash, {}); // the link is down
        BOOST_TEST(said.empty());
        BOOST_TEST(carrier.to_be_repeated(9).size() == 1u);
        carrier.end_again(hash, answer);
        BOOST_TEST(said == answer);
        BOOST_TEST(state() == (taken ? "accepted" : "refused"));
        BOOST_TEST(carrier.to_be_repeated(9).empty());
    }
}
