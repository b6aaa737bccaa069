#include "bridge/beacon/consensus.h"
#include "bridge/beacon/template_rules.h"

#include "beacon_bodies.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::beacon;
using depinsat::test::beacon_exchanges;
using namespace std::chrono_literals;

namespace {

Json parsed(const std::string& text)
{
    const auto json = parse_json(text);
    BOOST_REQUIRE(json);
    return *json;
}

Chain chain()
{
    Chain chain;
    chain.genesis = 1000s;
    return chain;
}

Root root(uint8_t value)
{
    Root root;
    root.fill(value);
    return root;
}

AttestationData at_slot(uint64_t slot, uint64_t source_epoch = 1)
{
    return {slot, 0, root(1), {source_epoch, root(2)}, {slot / 32, root(3)}};
}

} // namespace

BOOST_AUTO_TEST_CASE(the_root_of_attestation_data_is_that_which_a_real_client_asks_for)
{
    const auto exchanges = beacon_exchanges("aggregate_attestation?");
    BOOST_TEST(exchanges.size() >= 6u);
    for (const auto& one : exchanges) {
        const Json reply = parsed(one.response);
        const auto data = attestation_data(reply["data"]["data"]);
        BOOST_REQUIRE(data);
        const size_t at = one.path.find("root=0x") + 5;
        BOOST_TEST(to_hex(hash_tree_root(*data)) == one.path.substr(at, 66));
    }
}

BOOST_AUTO_TEST_CASE(attestation_data_of_a_real_node_survives_and_nothing_else_is_taken)
{
    for (const auto& one : beacon_exchanges("attestation_data?")) {
        const Json json = parsed(one.response)["data"];
        const auto data = attestation_data(json);
        BOOST_REQUIRE(data);
        BOOST_TEST(dump(to_json(*data)) == dump(json));
        Bytes ssz;
        write_ssz(*data, ssz);
        BOOST_TEST(ssz.size() == kAttestationDataBytes);
        for (const char* key : {"slot", "index", "beacon_block_root", "source", "target"}) {
            Json without = json;
            without.erase(key);
            BOOST_TEST(!attestation_data(without));
            Json strange = json;
            strange[key] = 5;
            BOOST_TEST(!attestation_data(strange));
        }
        Json more = json;
        more["x"] = "1";
        BOOST_TEST(!attestation_data(more));
    }
}

BOOST_AUTO_TEST_CASE(a_chain_is_read_from_genesis_and_spec_of_a_real_node)
{
    const Json genesis = parsed(beacon_exchanges("beacon/genesis")[0].response);
    const Json spec = parsed(beacon_exchanges("config/spec")[0].response);
    const auto chain = read_chain(genesis, spec);
    BOOST_REQUIRE(chain);
    BOOST_TEST(chain->genesis.count() == 1795363763);
    BOOST_TEST(chain->slot_time.count() == 12000);
    BOOST_TEST(chain->slots_per_epoch == 32u);
    BOOST_TEST(chain->forks.electra_epoch == kFarFuture);
    BOOST_TEST(!read_chain(Json::object(), spec));
    BOOST_TEST(!read_chain(genesis, Json::object()));
    Json later = spec;
    later["data"]["ELECTRA_FORK_EPOCH"] = "5";
    later["data"]["GLOAS_FORK_EPOCH"] = "9";
    const auto forked = read_chain(genesis, later);
    BOOST_REQUIRE(forked);
    const DeadlineRules rules;
    BOOST_TEST(rules.at(*forked, 9 * 32 - 1).attestation.count() == 4000);
    BOOST_TEST(rules.at(*forked, 9 * 32).attestation.count() == 3000);
}

BOOST_AUTO_TEST_CASE(slots_are_counted_from_genesis_and_never_overflow)
{
    BOOST_TEST(chain().slot_at(0s) == 0u);
    BOOST_TEST(chain().slot_at(1000s + 12s) == 1u);
    BOOST_TEST(chain().slot_at(1000s + 12s - 1ns) == 0u);
    BOOST_TEST((chain().start_of(2) == UnixTime(1024s)));
    BOOST_TEST((chain().start_of(UINT64_MAX) > UnixTime(1ull << 60)));
}

BOOST_AUTO_TEST_CASE(a_template_is_for_the_slot_asked_with_its_epoch_as_target)
{
    const TemplateRules rules;
    const UnixTime now = chain().start_of(100) + 1s;
    BOOST_TEST(!rules.fault(at_slot(100), 100, chain(), now));
    BOOST_TEST(rules.fault(at_slot(100), 99, chain(), now).has_value());
    AttestationData other = at_slot(100);
    other.target.epoch = 4;
    BOOST_TEST(rules.fault(other, 100, chain(), now).has_value());
    BOOST_TEST(rules.fault(at_slot(100, 3), 100, chain(), now).has_value());
    BOOST_TEST(rules.fault(at_slot(100, 9), 100, chain(), now).has_value());
}

BOOST_AUTO_TEST_CASE(a_template_does_not_run_ahead_of_the_clock)
{
    const TemplateRules rules;
    const UnixTime start = chain().start_of(100);
    BOOST_TEST(!rules.fault(at_slot(100), 100, chain(), start - TemplateRules::kSkew));
    BOOST_TEST(rules.fault(at_slot(100), 100, chain(), start - TemplateRules::kSkew - 1ms)
                   .has_value());
}

BOOST_AUTO_TEST_CASE(checkpoints_do_not_go_back)
{
    TemplateRules rules;
    const UnixTime now = chain().start_of(200);
    rules.handed_out(at_slot(130, 2));
    BOOST_TEST(!rules.fault(at_slot(131, 2), 131, chain(), now));
    BOOST_TEST(!rules.fault(at_slot(161, 3), 161, chain(), now));
    BOOST_TEST(rules.fault(at_slot(131, 1), 131, chain(), now).has_value());
    BOOST_TEST(rules.fault(at_slot(100, 2), 100, chain(), now).has_value());
    AttestationData forged = at_slot(131, 2);
    forged.source.root = root(9);
    BOOST_TEST(rules.fault(forged, 131, chain(), now).has_value());
}

BOOST_AUTO_TEST_CASE(at_genesis_source_and_target_are_both_epoch_0)
{
    const TemplateRules rules;
    BOOST_TEST(!rules.fault(at_slot(1, 0), 1, chain(), chain().start_of(1)));
}
