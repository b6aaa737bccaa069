// [[bridge.json_rpc]], [[bridge.solana]], [[bridge.http]] and [dictionaries] of station.toml.
#include "unit/config/station_texts.h"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace depinsat::config;

namespace {

const std::string kBridge =
    "[[bridge.json_rpc]]\nlisten = \"127.0.0.1:1\"\nservice = \"dot\"\n";
const std::string kMethods = "[[bridge.json_rpc.methods]]\n";

bool fails(const std::string& text, const std::string& with)
{
    const std::string error = error_of(text);
    BOOST_TEST_INFO(error);
    return error.find(with) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_method_table_has_cautious_defaults)
{
    const Station station =
        parse(kUser + kBridge + kMethods + "method = \"state_*\"\n" + kMethods +
              "method = \"chain_getBlockHash\"\nreplay = \"idempotent\"\n"
              "cache = \"immutable\"\nclass = \"bulk\"\n");
    BOOST_REQUIRE(station.json_rpc.size() == 1u);
    const auto& methods = station.json_rpc[0].methods;
    BOOST_REQUIRE(methods.size() == 2u);
    BOOST_TEST(methods[0].name == "state_");
    BOOST_TEST(methods[0].is_prefix);
    BOOST_TEST((methods[0].replay == JsonRpcMethod::Replay::kNever));
    BOOST_TEST(methods[0].cached.count() == 0);
    BOOST_TEST(methods[0].deadline.count() == 10000);
    BOOST_TEST((methods[1].cached == std::chrono::seconds::max()));
    BOOST_TEST((methods[1].message_class == JsonRpcMethod::Class::kBulk));
    const auto shown = to_json(station)["bridge"]["json_rpc"][0];
    BOOST_TEST(shown["methods"][0]["method"] == "state_*");
    BOOST_TEST(shown["methods"][0]["replay"] == "never");
    BOOST_TEST(shown["methods"][1]["cache"] == "immutable");
}

BOOST_AUTO_TEST_CASE(bad_tables_are_refused)
{
    BOOST_TEST(fails(kUser + kBridge, "bridge.json_rpc.methods: is missing"));
    const std::string row = kUser + kBridge + kMethods + "method = \"a\"\n";
    BOOST_TEST(fails(row + "replay = \"always\"\n",
                     "replay: is \"always\"; allowed: \"never\", \"idempotent\", \"keyed\""));
    BOOST_TEST(fails(row + "cache = 5\n", "cache: is of no use: replay is not"));
    BOOST_TEST(fails(row + "class = \"duty\"\n", "class: is \"duty\""));
    BOOST_TEST(fails(row + kMethods + "method = \"a\"\n", "method: is there twice"));
    BOOST_TEST(fails(row + kMethods + "method = \"a*b\"\n", "method: is no method"));
    BOOST_CHECK_THROW(parse(kUser + kBridge + "methods_file = \"none\"\n"), ConfigError);
}

BOOST_AUTO_TEST_CASE(nodes_of_services_may_have_credentials_and_lists)
{
    const std::string upstream = "[[upstream]]\nprotocol = \"json_rpc\"\nservice = \"btc\"\n"
                                 "url = \"http://127.0.0.1:8332\"\n";
    const Station station =
        parse(kGateway + upstream + "credentials_file = \"c\"\nmethods = [\"getblock*\"]\n" +
              replaced(upstream, "8332", "8333"));
    BOOST_REQUIRE(station.upstreams.size() == 3u);
    BOOST_TEST(station.upstreams[1].credentials_file->string() == "/etc/d/c");
    BOOST_TEST(station.upstreams[1].methods.size() == 1u);
    BOOST_TEST(station.upstreams[2].service == "btc");
    BOOST_TEST(
        fails(kGateway + "methods = [\"x\"]\n", "methods: belongs to protocol = \"json_rpc\""));
    BOOST_TEST(fails(kGateway + upstream + "probe_method = \"x\"\n",
                     "probe_method: belongs to a user station"));
}

BOOST_AUTO_TEST_CASE(a_user_station_may_have_ordinary_connections_to_services)
{
    const std::string upstream = "[[upstream]]\nprotocol = \"json_rpc\"\nservice = \"dot\"\n"
                                 "url = \"http://127.0.0.1:9944\"\n";
    const std::string user = kUser + kBridge + kMethods + "method = \"a\"\n";
    const Station station =
        parse(user + upstream + "probe_method = \"system_health\"\ncredentials_file = \"c\"\n");
    BOOST_REQUIRE(station.upstreams.size() == 1u);
    BOOST_TEST(station.upstreams[0].probe_method == "system_health");
    const auto shown = to_json(station)["upstream"][0];
    BOOST_TEST(shown["probe_method"] == "system_health");
    BOOST_TEST(!shown.contains("max_head_age_s"));
    BOOST_TEST(fails(kUser + upstream,
                     "upstream.service: is of no use: there is no [[bridge.json_rpc]] of "
                     "service = \"dot\""));
    BOOST_TEST(
        fails(user + replaced(upstream, "dot", "btc"), "upstream.service: is of no use"));
    BOOST_TEST(fails(user + upstream + "max_head_age_s = 5\n",
                     "upstream.max_head_age_s: is of no use: nothing is known of heads"));
    BOOST_TEST(fails(user + upstream + "methods = [\"a\"]\n",
                     "upstream.methods: belongs to a gateway"));
    BOOST_TEST(fails(user + replaced(upstream, "json_rpc", "tcp"),
                     "upstream.protocol: is \"tcp\"; allowed: "));
}

BOOST_AUTO_TEST_CASE(an_ordinary_connection_is_of_no_use_without_its_bridge)
{
    const std::string solana =
        "[[upstream]]\nprotocol = \"solana\"\nurl = \"http://127.0.0.1:8899\"\n";
    const std::string bridge = "[[bridge.solana]]\nlisten = \"127.0.0.1:1\"\n";
    BOOST_TEST(fails(kUser + solana,
                     "upstream.protocol: is of no use: there is no [[bridge.solana]]"));
    BOOST_TEST(parse(kUser + bridge + solana).upstreams[0].max_head_age.count() == 90);
    BOOST_TEST(fails(kUser + bridge + solana + "probe_method = \"x\"\n",
                     "upstream.probe_method: belongs to protocol = \"json_rpc\""));
    const std::string beacon = replaced(solana, "solana", "beacon");
    BOOST_TEST(fails(kUser + beacon, "there is no [[bridge.beacon]]"));
    BOOST_TEST(parse(kUser + "[[bridge.beacon]]\nlisten = \"127.0.0.1:1\"\n" + beacon +
                     "max_head_age_s = 30\n")
                   .upstreams[0]
                   .max_head_age.count() == 30);
    const std::string web = "[[upstream]]\nprotocol = \"http\"\nservice = \"docs\"\n"
                            "url = \"https://docs.example/v2\"\n";
    BOOST_TEST(fails(kUser + web, "upstream.service: is of no use"));
    BOOST_TEST(parse(kUser +
                     "[[bridge.http]]\nlisten = \"127.0.0.1:1\"\n"
                     "service = \"docs\"\n" +
                     web)
                   .upstreams.size() == 1u);
}

BOOST_AUTO_TEST_CASE(solana_has_its_own_methods)
{
    const std::string bridge = "[[bridge.solana]]\nlisten = \"127.0.0.1:1\"\n";
    const Station station = parse(kUser + bridge + "blockhash_age_s = 7\n" +
                                  "[[bridge.solana.methods]]\nmethod = \"getSlot\"\n");
    BOOST_REQUIRE(station.solana.size() == 1u);
    const auto& methods = station.solana[0].calls.methods;
    BOOST_TEST(methods.size() == 6u);
    const auto latest = std::ranges::find(methods, "getLatestBlockhash", &JsonRpcMethod::name);
    BOOST_REQUIRE((latest != methods.end()));
    BOOST_TEST(latest->cached.count() == 7);
    BOOST_TEST(station.solana[0].signature_without_verdict);
    BOOST_TEST(
        fails(kUser + bridge + "[[bridge.solana.methods]]\nmethod = \"sendTransaction\"\n",
              "which the bridge answers"));
}

BOOST_AUTO_TEST_CASE(caches_and_dictionaries_are_bounded)
{
    const std::string bridge =
        "[[bridge.http]]\nlisten = \"127.0.0.1:1\"\nservice = \"docs\"\n";
    const Station station =
        parse(kUser + bridge + "[dictionaries]\nfolder = \"d\"\nmax_kb = 100\n");
    BOOST_REQUIRE(station.http.size() == 1u);
    BOOST_TEST(station.http[0].service == "docs");
    BOOST_TEST(station.http[0].max_body_bytes == 1'000'000u);
    BOOST_TEST(station.dictionaries->string() == "/etc/d/d");
    BOOST_TEST(station.max_dictionary_bytes == 100u << 10);
    BOOST_TEST(
        fails(kUser + bridge + "max_body_bytes = 2000000\n", "max_body_bytes: is 2000000"));
    BOOST_TEST(fails(kUser + "[dictionaries]\nmax_kb = 257\n", "max_kb: is 257"));
    BOOST_TEST(fails(kGateway + "[dictionaries]\nmax_kb = 5\n", "belongs to a user station"));
}
